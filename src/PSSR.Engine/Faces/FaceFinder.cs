using System.Runtime.InteropServices;
using PSSR.Host;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Pictures;

namespace PSSR.Faces;

/// <summary>
/// A detector of the user's at work: the picture fitted into its square, its rows read as its card says, by a score and without the boxes
/// that lie over better ones. What it answers is not trusted.
/// </summary>
/// <param name="detector">Disposed with this.</param>
/// <param name="score">Least score; null: the card's.</param>
public sealed class FaceFinder(LoadedDetector detector, double? score = null) : IFaceFinder
{
    /// <summary>Candidates above the score. A crowd has hundreds of faces, each found some ten times.</summary>
    internal const int MostCandidates = 5000;

    private readonly DetectorContract _contract = detector.Contract;
    private readonly double _score = score ?? detector.Contract.Score;

    private string Name => detector.Card.Name;

    /// <summary>Of memory for one picture: the square, and what a usual detector makes of it.</summary>
    public long Bytes => 512L * _contract.Size * _contract.Size;

    /// <inheritdoc/>
    public IReadOnlyList<DetectedFace> Find(Tensor picture)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (height, width) = ((int)picture.shape[2], (int)picture.shape[3]);
        var fit = (double)_contract.Size / Math.Max(height, width);
        var (rows, columns) = (Math.Max(1, (int)Math.Round(height * fit)), Math.Max(1, (int)Math.Round(width * fit)));
        var square = torch.zeros(new long[] { 1, 3, _contract.Size, _contract.Size }, torch.float32);
        var fitted = Resampling.Resize(picture, rows, columns, ResamplingKernel.PilBicubic).clamp_(Kept.Of(0), Kept.Of(1));
        square.narrow(2, 0, rows).narrow(3, 0, columns).copy_(fitted);
        var answer = Answer(square);
        return Best(Faces(answer, (double)width / columns, (double)height / rows));
    }

    public void Dispose() => detector.Dispose();

    private Tensor Answer(Tensor square)
    {
        try
        {
            var shown = _contract.Shown(square, detector.Card.ValueRange).to(detector.Device);
            return DetectorContract.RowsOf(detector.Program.call(shown), Name);
        }
        catch (Exception e) when (e is ExternalException or InvalidCastException && !NativeRuntime.IsOutOfMemory(e))
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"The face detector '{Name}' fails on a picture [1, 3, {_contract.Size}, {_contract.Size}]: {e.Message.Split('\n')[0]} "
                + "Mind its card's input_size, or import another detector.", Name, e);
        }
    }

    private List<DetectedFace> Faces(Tensor answer, double unitX, double unitY)
    {
        var numbers = answer.Values<float>();
        if (!numbers.All(float.IsFinite))
            throw Unusable("with infinities or NaN");
        var faces = new List<DetectedFace>();
        for (var at = 0; at < numbers.Length; at += DetectorContract.Columns)
        {
            var row = Array.ConvertAll(numbers[at..(at + DetectorContract.Columns)], number => (double)number);
            var (x, y, right, bottom, certainty, points) = Read(row);
            if (certainty is < -0.01 or > 1.01)
            {
                throw Unusable(FormattableString.Invariant(
                    $"with a score of {certainty:0.##}, and scores lie in 0 to 1 (is a sigmoid missing?)"));
            }
            if (certainty < _score || !(right > x && bottom > y))
                continue;
            if (faces.Count == MostCandidates)
                throw Unusable(FormattableString.Invariant(
                    $"with more than {MostCandidates} faces above the score of {_score}: give a higher FaceScore"));
            for (var i = 0; i < points.Length; i++)
                points[i] *= i % 2 == 0 ? unitX : unitY;
            faces.Add(new DetectedFace(x * unitX, y * unitY, (right - x) * unitX, (bottom - y) * unitY, Math.Clamp(certainty, 0, 1),
                FacePoints.Of(points)));
        }
        return faces;
    }

    private (double X, double Y, double Right, double Bottom, double Score, double[] Points) Read(double[] row) => _contract.Rows switch
    {
        DetectorRows.Yunet => (row[0], row[1], row[0] + row[2], row[1] + row[3], row[14], row[4..14]),
        DetectorRows.YoloFace =>
            (row[0] - (row[2] / 2), row[1] - (row[3] / 2), row[0] + (row[2] / 2), row[1] + (row[3] / 2), row[4], row[5..]),
        _ => (row[0], row[1], row[2], row[3], row[4], row[5..]),
    };

    /// <summary>Greedy: the best first, and then each that doesn't lie over a better one. Of equal scores the order is by place.</summary>
    private List<DetectedFace> Best(List<DetectedFace> faces)
    {
        var best = new List<DetectedFace>();
        foreach (var face in faces.OrderByDescending(f => f.Score).ThenBy(f => f.Y).ThenBy(f => f.X))
            if (best.TrueForAll(better => better.Overlap(face) <= _contract.Overlap))
                best.Add(face);
        return best;
    }

    /// <summary>Of this picture: the next may be another matter.</summary>
    private PssrException Unusable(string how) => new(PssrErrorKind.Image,
        $"The face detector '{Name}' answers {how}. Test-SRModel tries it out; else import it with other options, or leave Faces out.",
        Name);
}
