namespace SmartCityIoT.Server.Tests.Store;

/// <summary><c>smartcity store export</c> as a person meets it.</summary>
public sealed class StoreExportCommandTests : StoreCommandLine
{
    private static readonly string[] Range = ["--since", "2026-03-01", "--until", "2026-03-02"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Csv_has_units_digits_quality_and_placement()
    {
        await FillAsync("data", 2);
        var (code, output, error) = await RunAsync(["export", "--from", "embedded:" + At("data"), "--out", At("out.csv"), "--format", "csv", .. Range]);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal($"2 rows are in {At("out.csv")}\n", output.ReplaceLineEndings("\n"));
        var text = await File.ReadAllTextAsync(At("out.csv"), Cancellation);
        var lines = text.Split("\r\n");
        Assert.Equal(4, lines.Length);
        var flow = Sectors.PackNamed("water")!.Schemas[^1].FieldNamed("flow")!;
        var headers = lines[0].Split(',');
        var place = Array.IndexOf(headers, $"flow [{flow.Unit}]");
        Assert.True(place > 0, lines[0]);
        Assert.StartsWith("2026-03-01T00:00:00.000000Z,70b3d57ed0001002,0,water,W1,24118,\"Đồng hồ \"\"50\"\", mới\",", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",good,,3,0,0", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",late|test,low_battery,3,1,0", lines[2], StringComparison.Ordinal);
        Assert.Contains(flow.Scale.Digits == 0 ? "1001" : (1001m * flow.Scale.Multiplier / (decimal)Math.Pow(10, flow.Scale.Digits)).ToString(
            "F" + flow.Scale.Digits, System.Globalization.CultureInfo.InvariantCulture), lines[2], StringComparison.Ordinal);
        Assert.Equal(["data", "out.csv"], new DirectoryInfo(At(".")).GetFileSystemInfos().Select(entry => entry.Name).Order());
    }

    [Fact]
    public async Task Lines_are_line_protocol_and_a_range_is_kept_to()
    {
        await FillAsync("data", 3);
        var (code, _, error) = await RunAsync(
            "export", "--from", "embedded:" + At("data"), "--out", At("out.lp"), "--format", "lp", "--since", "2026-03-01T00:00:01Z", "--until", "2026-03-01T00:00:02Z");
        Assert.Equal((0, ""), (code, error));
        var line = Assert.Single(await File.ReadAllLinesAsync(At("out.lp"), Cancellation));
        Assert.StartsWith("water,area=24118,channel=0,device=70b3d57ed0001002,model=Đồng\\ hồ\\ \"50\"\\,\\ mới,site=W1 flow=", line, StringComparison.Ordinal);
        Assert.EndsWith(" 1772323201000000", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_replaced_only_by_a_whole_one()
    {
        await File.WriteAllTextAsync(At("out.csv"), "old", Cancellation);
        await FillAsync("data", 2);
        string[] arguments = ["export", "--from", "embedded:" + At("data"), "--format", "csv", .. Range];
        Assert.Equal(0, (await RunAsync([.. arguments, "--out", At("out.csv"), "--device", "0000000000000001"])).Code);
        Assert.Single(await File.ReadAllLinesAsync(At("out.csv"), Cancellation));
        var (code, _, error) = await RunAsync([.. arguments, "--out", At("missing/out.csv")]);
        Assert.Equal(1, code);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (code, _, error) = await RunAsync([.. arguments, "--out", At("out.csv"), "--device", "xyz"]);
        Assert.Equal((1, "smartcity: --device must be 16 hex digits, which \"xyz\" is not\n"), (code, error.ReplaceLineEndings("\n")));
    }
}
