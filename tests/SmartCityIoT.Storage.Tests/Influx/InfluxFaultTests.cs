using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>Each failure on each of the three write paths: nothing is lost, and the dead letters are the bad lines and no others.</summary>
public sealed class InfluxFaultTests : IAsyncLifetime
{
    private const int Lines = 1_000;

    private static readonly TimeSpan RealLimit = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, Func<string, FakeReply>> Failures = new()
    {
        ["401"] = path => FakeInfluxVersions.Error(path, 401, "unauthorized access"),
        ["403"] = path => FakeInfluxVersions.Error(path, 403, "insufficient permissions for write"),
        ["404"] = FakeInfluxVersions.MissingDatabase,
        ["408"] = path => FakeInfluxVersions.Error(path, 408, "request timeout"),
        ["413"] = path => FakeInfluxVersions.Error(path, 413, "request too large"),
        ["422 of too many databases"] = path => FakeInfluxVersions.Error(path, 422, "Adding a new database would exceed limit of 5 databases"),
        ["429"] = path => FakeInfluxVersions.Error(path, 429, "over quota", "2"),
        ["503 with seconds"] = path => FakeInfluxVersions.Error(path, 503, "overloaded", "3"),
        ["503 with a date"] = path => FakeInfluxVersions.Error(path, 503, "overloaded", "Thu, 01 Jan 2026 00:00:05 GMT"),
        ["503 without a pause"] = path => FakeInfluxVersions.Error(path, 503, "overloaded"),
        ["500"] = path => FakeInfluxVersions.Error(path, 500, "internal error"),
        ["502 of a proxy"] = _ => new FakeReply(502, "<html>Bad Gateway</html>", ContentType: "text/html"),
        ["400 of a proxy"] = _ => new FakeReply(400, "<html>Bad Request</html>", ContentType: "text/html"),
        ["a timeout"] = _ => FakeReply.Silence,
        ["a reset"] = _ => FakeReply.Reset,
        ["a success that is cut"] = _ => new FakeReply(200, "{", IsCut: true),
        ["a refusal that is cut"] = path => FakeInfluxVersions.Partial(path, [(0, "water flow=1 1")]) with { IsCut = true },
    };

    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(Points.Start));
    private FakeInfluxServer server = null!;

    public static TheoryData<InfluxVersion, string> EveryFailureOfEveryVersion
    {
        get
        {
            var data = new TheoryData<InfluxVersion, string>();
            foreach (var version in Enum.GetValues<InfluxVersion>())
            {
                foreach (var failure in Failures.Keys) data.Add(version, failure);
            }

            return data;
        }
    }

    public async ValueTask InitializeAsync() => server = await FakeInfluxServer.StartAsync(time);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [MemberData(nameof(EveryFailureOfEveryVersion))]
    public async Task Nothing_is_lost(InfluxVersion version, string failure)
    {
        server.Next(Failures[failure], Failures[failure], Failures[failure]);
        await using var store = Store(version);
        Append(store);
        var result = await FinishAsync(store.FlushAsync(1, TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(Lines, result.Points);
        Assert.Empty(result.Refused);
        Assert.Equal(Lines, server.Lines.Count);
        Assert.True(store.Health.IsUp);
    }

    [Theory]
    [InlineData(InfluxVersion.V1, false)]
    [InlineData(InfluxVersion.V1, true)]
    [InlineData(InfluxVersion.V2, false)]
    [InlineData(InfluxVersion.V2, true)]
    [InlineData(InfluxVersion.V3, false)]
    [InlineData(InfluxVersion.V3, true)]
    public async Task Several_bad_lines_among_failures_are_the_dead_letters(InfluxVersion version, bool takesPart)
    {
        int[] bad = [0, 1, 2, 333, 500, 501, 777, Lines - 2, Lines - 1];
        server.TakesPart = takesPart;
        server.IsBad = line => bad.Any(index => line.Contains($",seq={index}i,", StringComparison.Ordinal));
        server.Next(Failures["503 with seconds"], Failures["a reset"], Failures["500"]);
        await using var store = Store(version);
        Append(store);
        var result = await FinishAsync(store.FlushAsync(1, TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(bad, result.Refused.Select(point => (int)point.Sequence));
        Assert.All(result.Refused, point => Assert.Equal(Points.FirstDevice + (ulong)(point.Sequence % 20), point.Device));
        Assert.All(result.Refused, point => Assert.Contains($",seq={point.Sequence}i,", point.Line, StringComparison.Ordinal));
        Assert.Equal(Lines - bad.Length, result.Points);
        Assert.Equal(Lines - bad.Length, server.Lines.Count);
    }

    [Fact]
    public async Task Lines_that_a_server_names_cost_no_halving()
    {
        server.TakesPart = true;
        server.IsBad = line => line.Contains(",seq=5", StringComparison.Ordinal);
        await using var store = Store(InfluxVersion.V3, batchLines: Lines);
        Append(store);
        var result = await FinishAsync(store.FlushAsync(1, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(111, result.Refused.Count);

        // More than a hundred are named, so that the list may be cut, and what lies between is sent again.
        Assert.InRange(server.Writes.Count, 2, 112);
        Assert.Equal(Lines - 111, server.Lines.Count);
    }

    private static void Append(InfluxStore store)
    {
        for (var index = 0; index < Lines; index++) store.AppendFlow(index, Points.FirstDevice + (ulong)(index % 20));
    }

    private InfluxStore Store(InfluxVersion version, int batchLines = 200) => new(
        new InfluxOptions { Url = server.Url, Version = version, BatchLines = batchLines, TimeoutSeconds = 5 },
        Packs.Catalog, time, NullLogger<InfluxStore>.Instance, handler: null, jitter: () => 0.5);

    private async Task<T> FinishAsync<T>(Task<T> task)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < RealLimit, "took too long");
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return await task;
    }
}
