using System.Diagnostics;
using SmartCityIoT.EndToEnd.Tests.Docs;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>The measurement of the stores in benchmarks/README.md, with so few readings that it takes seconds: nothing is measured here, but everything is run.</summary>
public sealed class StorageBenchmarkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly string[] Little = ["--readings", "4000", "--influx-readings", "4000", "--messages", "4000", "--days", "2", "--devices", "40", "--runs", "1"];

    [Fact]
    public async Task Storage_writes_and_asks_every_store_and_leaves_nothing_behind()
    {
        ServerPrograms.Require("influxd", "apt-get install -y influxdb");
        var data = Directory.CreateTempSubdirectory("smartcity-storage-test-").FullName;
        try
        {
            var (exitCode, output, error) = await RunAsync([.. Little, "--data", data]);
            Assert.True(exitCode == 0, error);
            var rows = output.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|')[1].Trim()).ToArray();
            Assert.Equal(
                [
                    "figure",
                    "encode a reading of 8 values and 5 of its own, for each field",
                    "encode, allocated for each reading",
                    "string interpolation ÷ encoder",
                    "embedded: write, appender and commits",
                    "embedded: the same while each day is closed that is over",
                    "embedded: processor time of all of it for each reading",
                    "embedded: closed days on disk",
                    "embedded: everything on disk, the database's free space too",
                    "embedded: one hour of one device",
                    "embedded: 5-minute means over 200 devices for 24 h",
                    "embedded: 2 days of one device to 500 buckets",
                    "InfluxDB: write",
                    "InfluxDB: one hour of one device",
                    "store consumer into influxd",
                    "bare loader into influxd, the same lines",
                    "store consumer ÷ bare loader",
                ],
                rows);
            Assert.Contains("embedded: 4,000 of 4,000 readings", error, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(data));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Storage_measures_one_part_alone_and_keeps_its_files_when_told_to()
    {
        var data = Directory.CreateTempSubdirectory("smartcity-storage-test-").FullName;
        try
        {
            var (exitCode, output, error) = await RunAsync([.. Little, "--only", "embedded", "--keep", "--data", data]);
            Assert.True(exitCode == 0, error);
            Assert.DoesNotContain("InfluxDB", output, StringComparison.Ordinal);
            var kept = Assert.Single(Directory.EnumerateDirectories(data));
            Assert.True(File.Exists(Path.Combine(kept, "telemetry.duckdb")));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_number_out_of_its_range_is_refused_in_one_line()
    {
        var (exitCode, _, error) = await RunAsync(["--devices", "3"]);
        Assert.Equal(1, exitCode);
        Assert.Equal("storage: --devices is 20 to 100000", error.Trim());
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] options)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [DocShell.MeasurementPrograms[0], "storage", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output, await error);
    }
}
