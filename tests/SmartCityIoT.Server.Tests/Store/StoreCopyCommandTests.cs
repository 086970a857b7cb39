using SmartCityIoT.Server.Store;
using SmartCityIoT.Storage.Export;

namespace SmartCityIoT.Server.Tests.Store;

/// <summary><c>smartcity store copy</c> as a person meets it.</summary>
public sealed class StoreCopyCommandTests : StoreCommandLine
{
    [Fact]
    public async Task A_copy_says_what_it_did_and_again_that_nothing_is_left()
    {
        await FillAsync("data", 3);
        var (code, output, error) = await RunAsync("copy", "--from", "embedded:" + At("data"), "--to", "embedded:" + At("moved"));
        Assert.Equal((0, ""), (code, error));
        Assert.Equal("Copied 3 rows\nBoth stores hold 3 rows, the same on every day\n", output.ReplaceLineEndings("\n"));
        Assert.Single(Directory.GetFiles(Path.Combine(At("moved"), "store"), "copy-*"));

        (code, output, error) = await RunAsync("copy", "--from", "embedded:" + At("data"), "--to", "embedded:" + At("moved"));
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Goes on within 2026-03-01", output, StringComparison.Ordinal);
        Assert.Contains("Copied 0 rows", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_alone_is_copied()
    {
        await FillAsync("data", 3);
        var (code, output, error) = await RunAsync(
            "copy", "--from", "embedded:" + At("data"), "--to", "embedded:" + At("moved"), "--since", "2026-03-01T07:00:01+07:00", "--until", "2026-03-02", "--sector", "water");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Both stores hold 2 rows", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Days_that_differ_are_named()
    {
        await FillAsync("data", 3);
        await FillAsync("other", 5);
        var (code, _, error) = await RunAsync("copy", "--from", "embedded:" + At("data"), "--to", "embedded:" + At("other"));
        Assert.Equal(1, code);
        Assert.Equal("smartcity: 2026-03-01, water: 3 rows in the source, 5 in the destination\n", error.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("nothing", "embedded:x", "\"nothing\" names no store")]
    [InlineData("embedded:", "embedded:x", "names no store")]
    [InlineData("embedded:missing", "embedded:x", "there is no store")]
    [InlineData("embedded:same", "embedded:./same", "are the same store")]
    [InlineData("influx:ftp://host/db", "embedded:x", "names no store")]
    [InlineData("influx:http://host:8086", "embedded:x", "does not say database")]
    [InlineData("influx2:http://host:8086/org", "embedded:x", "does not say org and bucket")]
    [InlineData("influx:http://me:secret@host:8086/db", "embedded:x", "a password does not belong on a command line")]
    [InlineData("influx:http://127.0.0.1:9/db", "embedded:x", "InfluxDB at http://127.0.0.1:9/")]
    public async Task Bad_input_is_one_line(string from, string to, string words)
    {
        to = to.Replace(":x", ":" + At("x"), StringComparison.Ordinal);
        var (code, _, error) = await RunAsync("copy", "--from", from, "--to", to);
        Assert.Equal(1, code);
        Assert.Contains(words, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--since", "yesterday", "must be a time such as")]
    [InlineData("--sector", "wather", "there is no sector \"wather\"")]
    public async Task A_bad_option_is_one_line(string option, string value, string words)
    {
        var (code, _, error) = await RunAsync("copy", "--from", "embedded:a", "--to", "embedded:b", option, value);
        Assert.Equal(1, code);
        Assert.Contains(words, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_tells_day_rows_percent_rate_and_time_left()
    {
        Assert.Equal("2026-03-01: 30 of 120 rows, 25.0 %, 10 rows/s, 00:00:09 left", CopyScreen.Line(new CopyProgress(30, 120, 20, 20513), TimeSpan.FromSeconds(2)));
        Assert.Equal("counting the rows", CopyScreen.Line(new CopyProgress(0, 0, 0, 0), TimeSpan.Zero));
    }
}
