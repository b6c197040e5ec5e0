using FsCheck;
using FsCheck.Fluent;
using PSSR.Diffusion;

namespace PSSR.Tests.Diffusion;

public sealed class TimestepsTests
{
    [Fact]
    public void DDIM_takes_the_smallest_stride_with_exactly_that_many_steps() =>
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 50), Timesteps.Respace(1000, "ddim20"));

    [Fact]
    public void Each_section_includes_both_its_ends() => Assert.Equal([0, 3, 4, 6, 7, 9], Timesteps.Respace(10, "2,2,2"));

    [Fact]
    public void Halves_are_rounded_to_even() => Assert.Equal([0, 2, 5], Timesteps.Respace(6, "3")); // 0, 2.5, 5

    [Fact]
    public void Nothing_asked_keeps_all() => Assert.Equal([0, 1, 2, 3], Timesteps.Respace(4, ""));

    [Theory]
    [InlineData(1000, "ddim667")]
    [InlineData(1000, "ddim1")]
    [InlineData(1000, "ddim")]
    [InlineData(10, "11")]
    [InlineData(10, "5,6")]
    [InlineData(10, "5,,5")]
    [InlineData(10, "-3")]
    [InlineData(10, "0")]
    [InlineData(10, "fast")]
    public void Refuses_the_impossible_and_names_it(int total, string spec)
    {
        var error = Assert.Throws<PssrException>(() => Timesteps.Respace(total, spec));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Equal(spec, error.Target);
        Assert.Contains($"'{spec}'", error.Message);
    }

    [Fact]
    public void Sections_give_sorted_unique_steps_in_the_asked_number()
    {
        var requests = from total in Gen.Choose(1, 1500)
                       from sections in Gen.Choose(1, Math.Min(total, 6))
                       from shares in Gen.Choose(1, 100).ArrayOf(sections)
                       select (total, counts: shares.Select(share => Math.Max(1, total / sections * share / 100)).ToArray());
        Check.QuickThrowOnFailure(Prop.ForAll(requests.ToArbitrary(), request =>
            IsRising(Timesteps.Respace(request.total, string.Join(",", request.counts)), request.counts.Sum(), 0, request.total - 1)));
    }

    [Fact]
    public void Spread_steps_are_sorted_unique_and_reach_both_ends()
    {
        var requests = Gen.Choose(1, 1000).SelectMany(last => Gen.Choose(2, 1100), (last, count) => (last, count));
        Check.QuickThrowOnFailure(Prop.ForAll(requests.ToArbitrary(), request =>
        {
            var visited = Timesteps.Spread(request.last, request.count);
            return visited[0] == 0 && visited[^1] == request.last
                && IsRising(visited, Math.Min(request.count, request.last + 1), 0, request.last);
        }));
    }

    [Fact]
    public void One_spread_step_is_the_last()
    {
        Assert.Equal([57], Timesteps.Spread(57, 1));
        Assert.Equal([0], Timesteps.Spread(0, 5));
        Assert.Throws<PssrException>(() => Timesteps.Spread(57, 0));
    }

    private static bool IsRising(int[] steps, int count, int least, int most) =>
        steps.Length == count && steps.All(t => t >= least && t <= most) && steps.Zip(steps.Skip(1)).All(pair => pair.First < pair.Second);
}
