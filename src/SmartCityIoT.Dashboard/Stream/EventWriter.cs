using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace SmartCityIoT.Dashboard.Stream;

/// <summary>Writes server-sent events: <c>event: name</c>, <c>id: …</c>, <c>data: json</c>, and an empty line.</summary>
internal sealed class EventWriter(PipeWriter output, JsonSerializerOptions options)
{
    /// <summary>Vietnamese names go out as they are, and not as escapes of three times their length.</summary>
    private readonly JsonWriterOptions writing = new() { Encoder = options.Encoder };

    public void Write<T>(string name, T data, string? id = null)
    {
        Text("event: ");
        Text(name);
        if (id is not null)
        {
            Text("\nid: ");
            Text(id);
        }

        Text("\ndata: ");
        using (var json = new Utf8JsonWriter(output, writing)) JsonSerializer.Serialize(json, data, options);
        Text("\n\n");
    }

    public async ValueTask FlushAsync(CancellationToken cancellation) => await output.FlushAsync(cancellation).ConfigureAwait(false);

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        output.Advance(bytes);
    }
}
