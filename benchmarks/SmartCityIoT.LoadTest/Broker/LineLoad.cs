using System.Buffers.Text;
using System.Text;
using MqttNetWorker;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Servers;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>
/// Writes one line to the store for each message that is added: batches that were encoded before, with a new time in each line, so that the server has
/// as much to do as with a worker's.
/// </summary>
internal sealed class LineLoad : IAsyncDisposable
{
    public const string Database = "ceiling";

    private const int BatchLines = 5_000;
    private const int TimeDigits = 16;

    /// <summary>Batches that may be owed to the store before whoever adds waits: the receiver is never faster than the store for long.</summary>
    private const int MaxOwed = 4;

    /// <summary>Requests at the same time, as the platform has them.</summary>
    private const int Connections = 2;

    private readonly HttpClient http = new();
    private readonly Uri address;
    private readonly int[] times;
    private readonly Lock stamping = new();
    private readonly SemaphoreSlim owed = new(0);
    private readonly SemaphoreSlim room = new(MaxOwed);
    private readonly CancellationTokenSource stopping = new();
    private Task writing = Task.CompletedTask;
    private int added;
    private long lastTime;

    private LineLoad(ILoadStore store, int[] times)
    {
        this.times = times;
        address = new Uri(store.Url, $"write?db={Database}&precision=u");
    }

    public static async Task<LineLoad> StartAsync(LoadDistrict district, ILoadStore store, CancellationToken cancellation)
    {
        await store.CreateDatabaseAsync(Database, cancellation).ConfigureAwait(false);
        var text = new MemoryStream();
        var times = new int[BatchLines];
        var frame = new Frame();
        for (var i = 0; i < BatchLines; i++)
        {
            var device = district.Devices[i % district.Devices.Count];
            FrameDecoder.TryDecode(district.FramesOf(device, 8)[i / district.Devices.Count % 8], district.Catalog, frame);
            text.Write(Encoding.UTF8.GetBytes(LineText.Of(frame, new Place(device.Like.AreaCode, device.Like.Model.Code, device.Like.Site.Code))));
            times[i] = (int)text.Length - TimeDigits;
            text.WriteByte((byte)'\n');
        }

        var load = new LineLoad(store, times);
        load.writing = Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => load.WriteAsync(text.ToArray())));
        return load;
    }

    /// <summary>One message came. Waits where the store is too far behind.</summary>
    public void AddOne()
    {
        if (++added % BatchLines > 0) return;
        try
        {
            room.Wait(stopping.Token);
            owed.Release();
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    public void Stop() => stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        Stop();
        await writing.ConfigureAwait(false);
        http.Dispose();
        owed.Dispose();
        room.Dispose();
        stopping.Dispose();
    }

    private async Task WriteAsync(byte[] batch)
    {
        try
        {
            while (true)
            {
                await owed.WaitAsync(stopping.Token).ConfigureAwait(false);
                Stamp(batch);
                using var content = new ByteArrayContent(batch);
                using var answer = await http.PostAsync(address, content, stopping.Token).ConfigureAwait(false);
                if (!answer.IsSuccessStatusCode) throw new LoadTestException($"influxd refuses the ceiling's lines: {await answer.Content.ReadAsStringAsync(stopping.Token).ConfigureAwait(false)}");
                room.Release();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    /// <summary>Times grow from line to line, so that no point overwrites another.</summary>
    private void Stamp(byte[] batch)
    {
        lock (stamping)
        {
            lastTime = Math.Max(lastTime, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
            foreach (var at in times) Utf8Formatter.TryFormat(lastTime++, batch.AsSpan(at, TimeDigits), out _);
        }
    }
}
