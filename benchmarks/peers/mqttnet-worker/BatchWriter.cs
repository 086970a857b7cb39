using System.Text;
using System.Threading.Channels;

namespace MqttNetWorker;

/// <summary>Writes lines to InfluxDB in the background, 5,000 at a time or what has come within a second.</summary>
internal sealed class BatchWriter : IDisposable
{
    private const int BatchLines = 5_000;

    /// <summary>Lines that wait before whoever adds one waits too.</summary>
    private const int WaitingLines = 100_000;

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly Channel<string> lines = Channel.CreateBounded<string>(WaitingLines);
    private readonly HttpClient http = new();
    private readonly Uri address;
    private long written;

    public BatchWriter(Uri influx, string database)
    {
        address = new Uri(influx, $"write?db={database}&precision=u");
        _ = Task.Run(WriteAsync);
    }

    public long Written => Interlocked.Read(ref written);

    public ValueTask AddAsync(string line) => lines.Writer.WriteAsync(line);

    public void Dispose()
    {
        lines.Writer.TryComplete();
        http.Dispose();
    }

    private async Task WriteAsync()
    {
        var batch = new List<string>(BatchLines);
        while (await lines.Reader.WaitToReadAsync())
        {
            using var linger = new CancellationTokenSource(Linger);
            try
            {
                while (batch.Count < BatchLines) batch.Add(await lines.Reader.ReadAsync(linger.Token));
            }
            catch (Exception early) when (early is OperationCanceledException or ChannelClosedException)
            {
                // What has come goes.
            }

            if (batch.Count == 0) continue;
            await SendAsync(string.Join('\n', batch));
            Interlocked.Add(ref written, batch.Count);
            batch.Clear();
        }
    }

    private async Task SendAsync(string text)
    {
        while (true)
        {
            try
            {
                using var content = new StringContent(text, Encoding.UTF8);
                using var answer = await http.PostAsync(address, content);
                if (answer.IsSuccessStatusCode) return;
                await Console.Error.WriteLineAsync($"the store answers {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }
            catch (HttpRequestException problem)
            {
                await Console.Error.WriteLineAsync(problem.Message);
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }
}
