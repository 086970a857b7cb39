using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.Rows;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>Adds the audit rows of one write to its transaction.</summary>
internal sealed class AuditTrail(RowInserts rows, string actor, long now)
{
    // Names stay readable in the database; the text never goes into a web page as it is.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <param name="changes">Writes the members of the object that says what was set.</param>
    public void Add(string action, string subject, Action<Utf8JsonWriter> changes)
    {
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            changes(json);
            json.WriteEndObject();
        }

        rows.Add(new AuditRow
        {
            Time = now,
            Actor = actor,
            Action = action,
            Subject = subject,
            Changes = Encoding.UTF8.GetString(buffer.WrittenSpan),
        });
    }
}
