using PSSR.Pictures;
using PSSR.Report;
using PSSR.Tests.Host;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Report;

/// <summary>By itself: the temporary folder is that of all tests.</summary>
[Collection(ProcessMemoryCollection.Name)]
public sealed class ReportWithoutTemporaryFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_of_a_page_need_no_temporary_folder()
    {
        ImageCodec.Write(_folder.File("a.png"), TestPictures.Gradient(20, 12, 3), ImageFormat.Png);
        var before = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", _folder.File("nowhere"));
        try
        {
            var files = UpscaleReport.Write(_folder.File("r.html"), ReportContent.Of([_folder.File("a.png")], []), new(), false,
                bad => throw bad, cancellation: TestContext.Current.CancellationToken);

            Assert.Contains("data:image/jpeg;base64,", File.ReadAllText(files.Html), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }
    }
}
