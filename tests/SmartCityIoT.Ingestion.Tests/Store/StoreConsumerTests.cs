using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Ingestion.Tests.Store;

/// <summary>The store consumer over a real journal, store and ledger.</summary>
public sealed class StoreConsumerTests : IDisposable
{
    private const string UpA = "sc/v1/01/70b3d57ed0001001/up";

    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Everything_that_came_in_is_in_the_balance_and_every_reading_in_the_store()
    {
        var start = IngestHost.Now - 60_000;
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        for (ushort i = 0; i < 20; i++) await host.SendAsync(Samples.Pressure(Samples.DeviceA, i, start + i * 1000, 3000 + i));
        await host.SendAsync(Samples.Pressure(Samples.DeviceA, 5, start + 5_000, 3005));
        await host.SendAsync(Samples.Batch(Samples.Header(Samples.DeviceA, 20, start + 30_000), 1, 4000, 4001, 4002));
        await host.SendAsync(Samples.Boot(Samples.Header(Samples.DeviceA, 21, start, sector: 0), new BootBody(1, 4, 2, 0, 0, 0, 0)));
        await host.SendAsync(Samples.Event(Samples.Header(Samples.DeviceA, 22, start), new EventBody(1, 2, 2, 9000, 8000)));
        await host.SendAsync(Samples.Acknowledgement(Samples.Header(Samples.DeviceA, 23, start, sector: 0), new AcknowledgementBody(7, 0, 0)));
        await host.SendAsync(UpA, [1, 2, 3], qos: 0);
        await host.SendAsync("sc/v1/01/70b3d57ed0001001/status", "1"u8.ToArray());
        await host.SendAsync(Samples.Pressure(Samples.Stranger, 1, start));
        await host.SavedAsync();

        Assert.Equal(new BalanceCounts { Received = 27, Decoded = 24, Duplicate = 1, DeadLettered = 2, Stored = 24, Status = 1, Qos0 = 1 }, host.Total());
        Assert.All(host.Ledger.Balance(0, long.MaxValue), minute => Assert.True(minute.Counts.Closes()));
        Assert.Equal([(UpA, "TooShort"), ("sc/v1/ff/70b3d57ed00010ff/up", "UnknownDevice")], host.DeadLetters().Select(letter => (letter.Topic, letter.Reason)).Order());
        Assert.Equal([Samples.Stranger], host.Registry.ListSeen().Select(seen => seen.Id));
        var ofDevice = host.Ledger.DeviceBalance(IngestHost.Now).Single(row => row.Device == Samples.DeviceA).Counts;
        Assert.Equal((26L, 24L), (ofDevice.Received, ofDevice.Stored));

        var points = await host.PressuresAsync(Samples.DeviceA);
        Assert.Equal(
            [.. Enumerable.Range(0, 20).Select(i => (start + i * 1000L, 300.0 + i / 10.0)), .. Enumerable.Range(0, 3).Select(i => (start + 30_000L + i * 1000, 400.0 + i / 10.0))],
            points.Select(point => (point.Time, Math.Round(point.Mean, 6))));
    }

    [Fact]
    public async Task A_restart_in_the_middle_stores_once_and_counts_once()
    {
        var start = IngestHost.Now - 60_000;
        await using (var first = await IngestHost.StartAsync(folder))
        {
            await first.AddAsync(Samples.DeviceA);
            for (ushort i = 0; i < 30; i++) await first.SendAsync(Samples.Pressure(Samples.DeviceA, i, start + i * 1000));
        }

        await using var second = await IngestHost.StartAsync(folder);
        for (ushort i = 0; i < 50; i++) await second.SendAsync(Samples.Pressure(Samples.DeviceA, i, start + i * 1000));
        await second.SavedAsync();

        Assert.Equal(new BalanceCounts { Received = 80, Decoded = 50, Duplicate = 30, Stored = 50 }, second.Total());
        Assert.Equal(50, (await second.PressuresAsync(Samples.DeviceA)).Sum(point => point.Count));
    }

    [Fact]
    public async Task A_kill_between_store_and_ledger_stores_once_and_counts_once()
    {
        var start = IngestHost.Now - 60_000;
        await using (var first = await IngestHost.StartAsync(folder))
        {
            await first.AddAsync(Samples.DeviceA);
            await first.SendAsync(Samples.Pressure(Samples.DeviceA, 1, start));
            await first.SavedAsync();
            first.Store.DiesAfterFlush = true;
            for (ushort i = 2; i < 10; i++) await first.SendAsync(Samples.Pressure(Samples.DeviceA, i, start + i * 1000));
        }

        await using var second = await IngestHost.StartAsync(folder);
        await second.SavedAsync();

        Assert.Equal(0, second.Store.Appended);
        Assert.Equal(new BalanceCounts { Received = 9, Decoded = 9, Stored = 9 }, second.Total());
        Assert.Equal(9, (await second.PressuresAsync(Samples.DeviceA)).Sum(point => point.Count));
    }

    [Fact]
    public async Task A_journal_at_its_limit_does_not_wait_for_the_store_s_next_checkpoint()
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Journal:MaxBytes", "65536"), ("SmartCity:Journal:BlockBytes", "4096"));
        await host.AddAsync(Samples.DeviceA);
        var values = Enumerable.Range(0, 120).Select(i => 3000L + i).ToArray();
        var frames = Enumerable.Range(0, 1200).Select(i => Samples.Batch(Samples.Header(Samples.DeviceA, (ushort)i, IngestHost.Now - 200_000), 1, values)).ToList();
        Assert.True(frames.Sum(frame => frame.Length) > 2 * 65_536);

        var sent = Task.WhenAll(frames.Select(frame => host.SendAsync(frame).AsTask()));
        await sent.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await host.SavedAsync();
        Assert.Equal(1200, host.Total().Stored);
        Assert.True(host.Journal.Status.Counters.DiskHits > 0, "the limit was never met");
    }

    [Fact]
    public async Task Pack_version_and_decoder_generation_are_kept_per_day_and_sector()
    {
        const long day = 86_400_000;
        var midnight = IngestHost.Now / day * day;
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        await host.SendAsync(Samples.Pressure(Samples.DeviceA, 1, midnight - 3 * day));
        await host.SendAsync(Samples.Batch(Samples.Header(Samples.DeviceA, 2, midnight - 1000), 1, 3000, 3001));
        await host.SendAsync(Samples.Boot(Samples.Header(Samples.DeviceA, 3, midnight - 9 * day, sector: 0), new BootBody(1, 4, 2, 0, 0, 0, 0)));
        await host.SavedAsync();

        var pack = Samples.Catalog.PackNamed("water")!.Version;
        Assert.Equal(
            [new(midnight, "water", pack, FrameDecoder.Generation), new(midnight - day, "water", pack, FrameDecoder.Generation), new(midnight - 3 * day, "water", pack, FrameDecoder.Generation)],
            host.Ledger.Decodings("water"));
        Assert.Empty(host.Ledger.Decodings("traffic"));
    }

    [Fact]
    public async Task The_minute_of_a_restart_goes_on_where_it_stood()
    {
        await using (var first = await IngestHost.StartAsync(folder))
        {
            await first.AddAsync(Samples.DeviceA);
            for (ushort i = 0; i < 5; i++) await first.SendAsync(Samples.Pressure(Samples.DeviceA, i, IngestHost.Now));
            await first.SavedAsync();
        }

        await using var second = await IngestHost.StartAsync(folder);
        await second.SendAsync(Samples.Pressure(Samples.DeviceA, 5, IngestHost.Now));
        await second.SavedAsync();

        var shown = second.Live.Current.Read(out var minute);
        var kept = second.Ledger.Balance(minute, minute + 1).Single().Counts;
        Assert.Equal((kept.Received, kept.Decoded, kept.Stored, 0), (shown.Received, shown.Decoded, shown.Stored, shown.Waiting));
    }

    [Fact]
    public async Task A_point_that_the_store_refuses_is_kept_with_its_words()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        host.Store.Refuses = origin => origin.Sequence == 2;
        var frame = Samples.Pressure(Samples.DeviceA, 2, IngestHost.Now);
        await host.SendAsync(Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now));
        await host.SendAsync(frame);
        await host.SavedAsync();

        Assert.Equal(new BalanceCounts { Received = 2, Decoded = 2, Stored = 1, Refused = 1 }, host.Total());
        var letter = Assert.Single(host.DeadLetters());
        Assert.Equal((DeadLetterReason.StoreRefused, UpA, Samples.DeviceA), (letter.Reason, letter.Topic, letter.Device));
        Assert.Equal(frame, letter.Payload.ToArray());
        Assert.Equal("no such thing: water pressure=1", letter.Detail);
    }

    [Fact]
    public async Task A_record_that_the_program_fails_on_is_set_aside_and_counted_once()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        host.Store.Breaks = origin => origin.Sequence == 2;
        for (ushort i = 1; i <= 3; i++) await host.SendAsync(Samples.Pressure(Samples.DeviceA, i, IngestHost.Now + i));
        await host.SavedAsync();

        Assert.Equal(new BalanceCounts { Received = 3, Decoded = 2, DeadLettered = 1, Stored = 2 }, host.Total());
        Assert.Equal(("Defect", "broken for a test"), host.DeadLetters().Select(letter => (letter.Reason, letter.Detail)).Single());
    }

    [Fact]
    public async Task A_store_that_loses_its_file_while_it_is_open_is_filled_from_the_journal()
    {
        var start = IngestHost.Now - 60_000;
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        for (ushort i = 0; i < 10; i++) await host.SendAsync(Samples.Pressure(Samples.DeviceA, i, start + i * 1000));
        await host.SavedAsync();
        host.Store.LosesItsFile = true;
        await host.SendAsync(Samples.Pressure(Samples.DeviceA, 10, start + 10_000));
        await host.SavedAsync();
        await host.SendAsync(Samples.Pressure(Samples.DeviceA, 11, start + 11_000));
        await host.SavedAsync();

        Assert.Equal(12, (await host.PressuresAsync(Samples.DeviceA)).Sum(point => point.Count));
        Assert.Equal(new BalanceCounts { Received = 12, Decoded = 12, Stored = 12 }, host.Total());
    }

    [Fact]
    public async Task A_store_that_is_missing_at_the_start_is_filled_from_the_journal_and_nothing_counted_again()
    {
        var start = IngestHost.Now - 60_000;
        await using (var first = await IngestHost.StartAsync(folder))
        {
            await first.AddAsync(Samples.DeviceA);
            for (ushort i = 0; i < 10; i++) await first.SendAsync(Samples.Pressure(Samples.DeviceA, i, start + i * 1000));
            await first.SavedAsync();
            Assert.True(first.Journal.GetCursor(IngestHost.CursorOfStore) < first.Journal.Head, "the journal must keep what no checkpoint holds");
        }

        Directory.Delete(Path.Combine(folder, "store"), recursive: true);
        await using var second = await IngestHost.StartAsync(folder);
        await second.SendAsync(Samples.Pressure(Samples.DeviceA, 10, start + 10_000));
        await second.SavedAsync();

        Assert.Equal(11, (await second.PressuresAsync(Samples.DeviceA)).Sum(point => point.Count));
        Assert.Equal(new BalanceCounts { Received = 11, Decoded = 11, Stored = 11 }, second.Total());
    }

    [Fact]
    public async Task A_journal_that_is_lost_takes_no_new_record_with_it()
    {
        await using (var first = await IngestHost.StartAsync(folder))
        {
            await first.AddAsync(Samples.DeviceA);
            for (ushort i = 0; i < 10; i++) await first.SendAsync(Samples.Pressure(Samples.DeviceA, i, IngestHost.Now + i));
            await first.SavedAsync();
        }

        Directory.Delete(Path.Combine(folder, "journal"), recursive: true);
        await using var second = await IngestHost.StartAsync(folder);
        for (ushort i = 10; i < 15; i++) await second.SendAsync(Samples.Pressure(Samples.DeviceA, i, IngestHost.Now + i));
        await second.SavedAsync();

        Assert.Equal(new BalanceCounts { Received = 15, Decoded = 15, Stored = 15 }, second.Total());
        Assert.Equal(15, (await second.PressuresAsync(Samples.DeviceA)).Sum(point => point.Count));
        Assert.True(second.Live.TryGet(Samples.DeviceA, out var device));
        Assert.Equal(5, device.Link.Counters.Frames);
    }
}
