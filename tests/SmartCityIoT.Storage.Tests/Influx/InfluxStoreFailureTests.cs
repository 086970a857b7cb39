using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>Each failure that a server can answer with, and what becomes of the lines.</summary>
public sealed class InfluxStoreFailureTests : IAsyncLifetime
{
    private static readonly TimeSpan RealLimit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(Points.Start));
    private FakeInfluxServer server = null!;

    public async ValueTask InitializeAsync() => server = await FakeInfluxServer.StartAsync(time);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task V1_writes_name_database_policy_and_user()
    {
        await using var store = Store(new InfluxOptions
        {
            Url = server.Url,
            Database = "a b",
            RetentionPolicy = "30 d",
            UserName = "smart",
            Password = "pä:ss",
        });
        store.AppendFlow(0);
        Assert.Equal(1, (await FlushAsync(store, 5)).Points);

        var write = Assert.Single(server.Writes);
        Assert.Equal(("/write", "a b", "30 d", "u"), (write.Path, write.Query["db"], write.Query["rp"], write.Query["precision"]));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("smart:pä:ss")), write.Authorization);
        Assert.Equal(5, store.DurablePosition);
    }

    [Fact]
    public async Task V2_writes_name_organisation_bucket_and_token()
    {
        await using var store = Store(new InfluxOptions { Url = new Uri(server.Url, "/"), Version = InfluxVersion.V2, Org = "o 1", Bucket = "b/1", Token = "secret==" });
        store.AppendFlow(0);
        await FlushAsync(store);

        var write = Assert.Single(server.Writes);
        Assert.Equal(("/api/v2/write", "o 1", "b/1", "us"), (write.Path, write.Query["org"], write.Query["bucket"], write.Query["precision"]));
        Assert.Equal("Token secret==", write.Authorization);
    }

    [Fact]
    public async Task Lines_are_cut_into_batches_and_large_ones_are_packed()
    {
        await using var store = Store(new InfluxOptions { Url = server.Url, BatchLines = 100, GzipFromBytes = 4096, Connections = 3 });
        store.AppendFlows(1_010);
        Assert.Equal((1_010, 0), Counts(await FlushAsync(store)));
        Assert.Equal(11, server.Writes.Count);
        Assert.Equal(10, server.Writes.Count(write => write.IsGzip));
        Assert.Equal(1_010, server.Lines.Count);
        Assert.Equal(0, store.PendingPoints + store.PendingBytes);
    }

    [Theory]
    [InlineData(InfluxVersion.V1, false)]
    [InlineData(InfluxVersion.V1, true)]
    [InlineData(InfluxVersion.V2, false)]
    [InlineData(InfluxVersion.V2, true)]
    [InlineData(InfluxVersion.V3, false)]
    [InlineData(InfluxVersion.V3, true)]
    public async Task Bad_lines_come_back_with_the_server_s_words_and_the_rest_goes_in(InfluxVersion version, bool takesPart)
    {
        server.TakesPart = takesPart;
        server.IsBad = line => line.Contains(",seq=0i", StringComparison.Ordinal) || line.Contains(",seq=777i", StringComparison.Ordinal);
        await using var store = Store(new InfluxOptions { Url = server.Url, Version = version });
        store.AppendFlows(1_000);
        var result = await FlushAsync(store);

        Assert.Equal((998, 2), Counts(result));
        Assert.Equal(998, server.Lines.Count);
        Assert.Equal([(ushort)0, (ushort)777], result.Refused.Select(point => point.Sequence));
        Assert.All(result.Refused, point => Assert.Equal((Points.FirstDevice, (byte)7), (point.Device, point.Boot)));
        Assert.StartsWith("water,area=24118,", result.Refused[1].Line, StringComparison.Ordinal);
        Assert.Contains(takesPart || version == InfluxVersion.V3 ? "field type conflict" : "unable to parse 'water", result.Refused[1].Reason, StringComparison.Ordinal);
        Assert.InRange(server.Writes.Count, 1, 45);
        Assert.True(store.Health.IsUp);
    }

    [Fact]
    public async Task A_batch_that_the_server_dropped_whole_is_not_cut_any_further()
    {
        server.TakesPart = true;
        server.IsBad = _ => true;
        await using var store = Store(new InfluxOptions { Url = server.Url });
        store.AppendFlows(1_000);
        Assert.Equal((0, 1_000), Counts(await FlushAsync(store)));
        Assert.Single(server.Writes);
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_halved_and_the_size_remembered()
    {
        server.MaxBytes = 20_000;
        await using var store = Store(new InfluxOptions { Url = server.Url, Connections = 1 });
        store.AppendFlows(1_000);
        Assert.Equal((1_000, 0), Counts(await FlushAsync(store)));
        Assert.Equal(1_000, server.Lines.Count);

        var before = server.Writes.Count;
        store.AppendFlows(1_000);
        await FlushAsync(store);
        Assert.All(server.Writes.Skip(before), write => Assert.InRange(write.Body.Length, 1, 20_000));
    }

    [Fact]
    public async Task One_line_that_is_too_large_is_refused_and_makes_no_batch_smaller()
    {
        server.Next(new FakeReply(413));
        await using var store = Store(new InfluxOptions { Url = server.Url });
        store.AppendFlow(0);
        Assert.Equal((0, 1), Counts(await FlushAsync(store)));
        store.AppendFlows(100);
        await FlushAsync(store);
        Assert.Equal(2, server.Writes.Count);
    }

    [Theory]
    [InlineData(429, "40", 40)]
    [InlineData(503, "Thu, 01 Jan 2026 00:01:40 GMT", 100)]
    public async Task A_pause_that_the_server_asks_for_is_kept(int status, string retryAfter, int seconds)
    {
        server.Next(new FakeReply(status, RetryAfter: retryAfter));
        await using var store = Store(new InfluxOptions { Url = server.Url });
        store.AppendFlow(0);
        await FlushAsync(store);

        Assert.Equal(2, server.Writes.Count);
        Assert.True(server.Writes[1].At >= DateTimeOffset.FromUnixTimeMilliseconds(Points.Start).AddSeconds(seconds), $"{server.Writes[1].At:O}");
    }

    [Fact]
    public async Task A_pause_that_one_connection_is_asked_for_holds_for_the_others()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Next(new FakeReply(503, RetryAfter: "40", After: first.Task), new FakeReply(204, After: second.Task));
        await using var store = Store(new InfluxOptions { Url = server.Url, BatchLines = 1, Connections = 2 });
        for (var index = 0; index < 20; index++) store.AppendFlow(index, Points.FirstDevice + (ulong)index);
        var flush = store.FlushAsync(1, CancellationToken.None).AsTask();
        await UntilAsync(() => server.Writes.Count == 2);
        first.SetResult();
        await UntilAsync(() => !store.Health.IsUp);

        // The request that was under way when the pause began is answered; all others wait.
        second.SetResult();
        Assert.Equal((20, 0), Counts(await FinishAsync(flush)));
        Assert.Equal(2, server.Writes.Count(write => write.At < DateTimeOffset.FromUnixTimeMilliseconds(Points.Start).AddSeconds(40)));
    }

    [Fact]
    public async Task What_nobody_knows_the_end_of_is_sent_again()
    {
        server.Next(new FakeReply(500, """{"error":"timeout"}"""), FakeReply.Reset, FakeReply.Silence, new FakeReply(502), new FakeReply(503));
        await using var store = Store(new InfluxOptions { Url = server.Url, Connections = 1 });
        store.AppendFlows(10);
        Assert.Equal((10, 0), Counts(await FlushAsync(store)));
        Assert.Equal(6, server.Writes.Count);
        Assert.All(server.Writes, write => Assert.Equal(server.Writes[0].Body, write.Body));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task What_a_person_must_mend_is_kept_and_said(int status)
    {
        server.Next([.. Enumerable.Repeat(new FakeReply(status, """{"error":"no entry"}"""), 3)]);
        await using var store = Store(new InfluxOptions { Url = server.Url, CreateDatabase = false });
        store.AppendFlow(0);
        var flush = store.FlushAsync(1, CancellationToken.None).AsTask();
        await UntilAsync(() => !store.Health.IsUp);
        Assert.Equal("no entry", store.Health.LastError);
        Assert.NotNull(store.Health.Remedy);

        Assert.Equal((1, 0), Counts(await FinishAsync(flush)));
        Assert.True(store.Health.IsUp);
        Assert.Null(store.Health.LastError);
        Assert.Equal(4, server.Writes.Count);
        Assert.True(server.Writes[3].At - server.Writes[0].At > TimeSpan.FromSeconds(30), "tried slowly");
    }

    [Fact]
    public async Task A_sick_server_is_left_alone_for_a_while()
    {
        server.Next([.. Enumerable.Repeat(new FakeReply(500), 14)]);
        await using var store = Store(new InfluxOptions { Url = server.Url, BatchLines = 1, Connections = 8 });
        for (var index = 0; index < 64; index++) store.AppendFlow(index, Points.FirstDevice + (ulong)index);
        var flush = store.FlushAsync(1, CancellationToken.None).AsTask();

        // The clock stands until the first requests are there, so that a busy machine does not move them apart.
        await UntilAsync(() => server.Writes.Count >= 6);
        await FinishAsync(flush);

        // Eight connections that each back off on their own would come 16 times within the first two seconds.
        var soon = server.Writes.Count(write => write.At < DateTimeOffset.FromUnixTimeMilliseconds(Points.Start).AddSeconds(2));
        Assert.InRange(soon, 6, 13);
        Assert.Equal(64, server.Lines.Count);
    }

    [Fact]
    public async Task A_cancelled_flush_keeps_its_points_for_the_next()
    {
        await using var store = Store(new InfluxOptions { Url = server.Url });
        server.Next(FakeReply.Silence);
        store.AppendFlows(3);
        using (var cancellation = new CancellationTokenSource())
        {
            var flush = store.FlushAsync(9, cancellation.Token).AsTask();
            await UntilAsync(() => server.Writes.Count == 1);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        }

        Assert.Equal((3, 0L), (store.PendingPoints, store.DurablePosition));
        store.AppendFlow(3);
        Assert.Equal((4, 0), Counts(await FlushAsync(store, 10)));
        Assert.Equal(10, store.DurablePosition);
    }

    [Fact]
    public async Task A_missing_database_is_created_when_a_write_misses_it()
    {
        server.HasDatabase = false;
        await using var store = Store(new InfluxOptions { Url = server.Url, Database = "city \"1\"" });
        store.AppendFlow(0);
        Assert.Equal((1, 0), Counts(await FlushAsync(store)));
        Assert.Contains(server.Requests, request => request.Path == "/query" && Uri.UnescapeDataString(request.Body.Replace('+', ' ')) == """q=CREATE DATABASE "city \"1\"" """.TrimEnd());
        Assert.True(store.Health.IsUp);
    }

    [Fact]
    public async Task Where_the_database_may_not_be_created_health_says_what_to_run()
    {
        server.HasDatabase = false;
        server.MayCreateDatabase = false;
        await using var store = Store(new InfluxOptions { Url = server.Url });
        await store.OpenAsync(CancellationToken.None);
        store.AppendFlow(0);
        var flush = store.FlushAsync(1, CancellationToken.None).AsTask();
        await UntilAsync(() => !store.Health.IsUp);
        Assert.Equal("Run on the server: CREATE DATABASE \"smartcity\"", store.Health.Remedy);
        server.HasDatabase = true;
        Assert.Equal((1, 0), Counts(await FinishAsync(flush)));
    }

    [Fact]
    public async Task A_server_that_is_away_at_the_start_is_no_error()
    {
        var url = server.Url;
        await server.DisposeAsync();
        await using var store = Store(new InfluxOptions { Url = url });
        Assert.Equal(0, await store.OpenAsync(CancellationToken.None));
        Assert.False(store.Health.IsUp);
        Assert.Contains("refused", store.Health.LastError, StringComparison.OrdinalIgnoreCase);
    }

    private InfluxStore Store(InfluxOptions options) => new(options, Packs.Catalog, time, NullLogger<InfluxStore>.Instance, handler: null, jitter: () => 0.5);

    private Task<FlushResult> FlushAsync(InfluxStore store, long position = 1) => FinishAsync(store.FlushAsync(position, CancellationToken.None).AsTask());

    private static (int Points, int Refused) Counts(FlushResult result) => (result.Points, result.Refused.Count);

    /// <summary>Lets the fake time run, slowly enough for requests that are under way, until the task is done.</summary>
    private async Task<T> FinishAsync<T>(Task<T> task)
    {
        await UntilAsync(() =>
        {
            if (!task.IsCompleted) time.Advance(TimeSpan.FromMilliseconds(250));
            return task.IsCompleted;
        });
        return await task;
    }

    private static async Task UntilAsync(Func<bool> isDone)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (!isDone())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < RealLimit, "took too long");
            await Task.Delay(1);
        }
    }
}
