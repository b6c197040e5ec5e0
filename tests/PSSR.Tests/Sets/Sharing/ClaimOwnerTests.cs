using PSSR.Sets.Sharing;

namespace PSSR.Tests.Sets.Sharing;

public sealed class ClaimOwnerTests
{
    private static readonly DateTime Old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_sign_of_life_marks_the_owners_own_claim()
    {
        using var folder = new TemporaryFolder();
        var (path, mine) = (folder.File(".a.png.pssr-claim"), ClaimOwner.New("run"));
        Assert.True(mine.TryWriteNew(path));
        File.SetLastWriteTimeUtc(path, Old);

        mine.Refresh(path);

        Assert.NotEqual(Old, File.GetLastWriteTimeUtc(path));
        Assert.Equal(mine.Id, ClaimOwner.Read(path)!.Id);
    }

    [Fact]
    public void A_claim_that_is_anothers_by_now_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var (path, mine, other) = (folder.File(".a.png.pssr-claim"), ClaimOwner.New("run"), ClaimOwner.New("other"));
        Assert.True(mine.TryWriteNew(path));
        other.WriteOver(path);
        File.SetLastWriteTimeUtc(path, Old);

        mine.Refresh(path);

        Assert.Equal(Old, File.GetLastWriteTimeUtc(path));
        Assert.Equal(other.Id, ClaimOwner.Read(path)!.Id);
    }
}
