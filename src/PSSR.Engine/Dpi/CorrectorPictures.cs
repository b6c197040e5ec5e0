using PSSR.Pictures;
using PSSR.Pictures.Degrading;

namespace PSSR.Dpi;

/// <summary>Pictures as a corrector's training sees them, on the grid, float32 [n,3,h,w].</summary>
/// <param name="Truth">m_f·I, in [-1,1].</param>
/// <param name="Condition">y_T: the degraded picture's base condition, in [-1,1].</param>
internal sealed record CorrectorBatch(Tensor Truth, Tensor Condition);

/// <summary>Degrades pictures and brings both to the grid.</summary>
internal sealed class CorrectorPictures(ConditionCorrectorOptions options, ConditionGrid grid)
{
    private readonly DegradationModel _degradation = Find(options);

    /// <param name="pictures">float32 [n,3,H,W] in [0,1].</param>
    /// <param name="seed">With the picture's number, key of its degradation.</param>
    /// <param name="first">Number of the first of the pictures.</param>
    public CorrectorBatch Degrade(Tensor pictures, ulong seed, ulong first)
    {
        using var scope = torch.NewDisposeScope();
        var (height, width) = ((int)pictures.shape[2], (int)pictures.shape[3]);
        var conditions = new Tensor[pictures.shape[0]];
        for (var i = 0; i < conditions.Length; i++)
        {
            var degraded = Degradation.Apply(pictures.narrow(0, i, 1).to(torch.float64), _degradation.Draw(seed, first + (ulong)i));
            conditions[i] = grid.BaseCondition(degraded.to(torch.float32), height, width);
        }
        var truth = grid.Take(ImageTensor.ToSigned(pictures)).contiguous();
        return new CorrectorBatch(truth.MoveToOuterDisposeScope(), torch.cat(conditions, 0).MoveToOuterDisposeScope());
    }

    /// <summary>The kernel is bicubic's; the others are as their papers have them.</summary>
    private static DegradationModel Find(ConditionCorrectorOptions options)
    {
        var found = KnownDegradations.Find(options.Degradation, options.Scale);
        return options.Degradation == KnownDegradations.Plain ? found with { Shrink = options.Kernel } : found;
    }
}
