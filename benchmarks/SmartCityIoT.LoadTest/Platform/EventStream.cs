using System.Text;

namespace SmartCityIoT.LoadTest.Platform;

/// <summary>One open connection to <c>/api/v1/stream</c>.</summary>
internal sealed class EventStream(HttpResponseMessage response, Stream body) : IDisposable
{
    private const string EventField = "event: ", DataField = "data: ";

    private readonly StreamReader lines = new(body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024);

    /// <summary>The next event with its data, or null at the end of the stream.</summary>
    public async ValueTask<(string Event, string Data)?> ReadAsync(CancellationToken cancellation)
    {
        var name = "";
        while (await lines.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith(EventField, StringComparison.Ordinal)) name = line[EventField.Length..];
            if (line.StartsWith(DataField, StringComparison.Ordinal)) return (name, line[DataField.Length..]);
        }

        return null;
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
    }
}
