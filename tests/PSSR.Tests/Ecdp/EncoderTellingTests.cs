using PSSR.Ecdp;

namespace PSSR.Tests.Ecdp;

public sealed class EncoderTellingTests
{
    private static readonly FlowUpscalerOptions Options = new();

    [Fact]
    public void Half_of_the_pictures_are_told_by_their_estimate_and_the_others_about_what_they_are()
    {
        using var scope = torch.NewDisposeScope();
        var (strength, estimate) = (torch.full([200, 3], 0.4f), torch.full([200, 3], 0.9f));

        var told = EncoderTraining.Told(Options, strength, estimate, 7);

        var estimated = told.eq(estimate).all(1);
        Assert.InRange(estimated.sum().ToInt32(), 80, 120);
        var others = told[estimated.logical_not()];
        Assert.InRange(others.mean().ToDouble(), 0.37, 0.43);
        Assert.InRange(others.std().ToDouble(), 0.06, 0.1);
        Assert.True(told.equal(EncoderTraining.Told(Options, strength, estimate, 7)).all().ToBoolean());
        Assert.False(told.equal(EncoderTraining.Told(Options, strength, estimate, 8)).all().ToBoolean());
    }

    [Fact]
    public void What_isnt_degraded_is_told_as_such_where_there_is_no_estimate()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal(0, EncoderTraining.Told(Options, torch.zeros(8, 3), null, 7).abs().max().ToDouble());
    }

    [Fact]
    public void No_gradient_goes_back_into_an_estimate()
    {
        using var scope = torch.NewDisposeScope();
        var estimate = torch.full([4, 3], 0.9f).requires_grad_(true);

        Assert.False(EncoderTraining.Told(Options, torch.zeros(4, 3), estimate, 7).requires_grad);
    }
}
