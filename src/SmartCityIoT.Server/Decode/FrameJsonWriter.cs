using System.Buffers;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Decode;

/// <summary>
/// Writes a decoded frame as one JSON object: <c>status</c>, the header, then <c>records</c>, <c>event</c>, <c>boot_body</c> or
/// <c>ack</c>. A frame that could not be decoded has its status alone. Raw values are integers, physical values plain decimals.
/// </summary>
internal sealed class FrameJsonWriter : IDisposable
{
    /// <summary>From here on neighbouring doubles are more than 1 apart. It has 16 digits.</summary>
    private const double FirstInexactInteger = 1L << 53;

    private readonly Utf8JsonWriter json = new(
        Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public void Write(IBufferWriter<byte> destination, DecodeStatus status, Frame frame)
    {
        json.Reset(destination);
        json.WriteStartObject();
        json.WriteString("status"u8, status.ToString());
        if (status is DecodeStatus.Ok or DecodeStatus.SchemaNewer)
        {
            WriteHeader(frame);
            WriteBody(frame);
        }

        json.WriteEndObject();
        json.Flush();
    }

    public void Dispose() => json.Dispose();

    private void WriteHeader(Frame frame)
    {
        var header = frame.Header;
        json.WriteString("type"u8, header.Type switch
        {
            MessageType.Periodic => "periodic"u8,
            MessageType.Batch => "batch"u8,
            MessageType.Event => "event"u8,
            MessageType.Boot => "boot"u8,
            _ => "command-ack"u8,
        });
        json.WriteNumber("sector"u8, header.Sector);
        json.WriteNumber("schema"u8, header.Schema);
        json.WriteNumber("flags"u8, (byte)header.Flags);
        json.WriteNumber("boot"u8, header.Boot);
        json.WriteNumber("seq"u8, header.Sequence);
        Span<byte> device = stackalloc byte[DeviceId.TextLength];
        DeviceId.TryFormat(header.Device, device);
        json.WriteString("device"u8, device);
        json.WriteNumber("time"u8, header.Time);
        if (header.Type == MessageType.Batch) json.WriteNumber("interval"u8, frame.IntervalSeconds);
    }

    private void WriteBody(Frame frame)
    {
        switch (frame.Header.Type)
        {
            case MessageType.Periodic or MessageType.Batch:
                WriteRecords(frame);
                break;
            case MessageType.Event:
                json.WriteStartObject("event"u8);
                json.WriteNumber("code"u8, frame.Event.Code);
                json.WriteNumber("severity"u8, frame.Event.Severity);
                json.WriteNumber("field"u8, frame.Event.Field);
                json.WriteNumber("value"u8, frame.Event.Value);
                json.WriteNumber("threshold"u8, frame.Event.Threshold);
                json.WriteEndObject();
                break;
            case MessageType.Boot:
                json.WriteStartObject("boot_body"u8);
                json.WriteStartArray("firmware"u8);
                json.WriteNumberValue(frame.Boot.Major);
                json.WriteNumberValue(frame.Boot.Minor);
                json.WriteNumberValue(frame.Boot.Patch);
                json.WriteEndArray();
                json.WriteNumber("hardware"u8, frame.Boot.HardwareRevision);
                json.WriteNumber("resetCause"u8, frame.Boot.ResetCause);
                json.WriteNumber("previousUptime"u8, frame.Boot.PreviousUptime);
                json.WriteNumber("backlog"u8, frame.Boot.Backlog);
                json.WriteEndObject();
                break;
            default:
                json.WriteStartObject("ack"u8);
                json.WriteNumber("commandId"u8, frame.Acknowledgement.CommandId);
                json.WriteNumber("result"u8, frame.Acknowledgement.Result);
                json.WriteNumber("detail"u8, frame.Acknowledgement.Detail);
                json.WriteEndObject();
                break;
        }
    }

    private void WriteRecords(Frame frame)
    {
        json.WriteStartArray("records"u8);
        for (var sample = 0; sample < frame.SampleCount; sample++)
        {
            var raw = frame.Sample(sample);
            json.WriteStartObject();
            json.WriteNumber("time"u8, frame.Header.Time + (sample * 1000L * frame.IntervalSeconds));
            json.WriteStartObject("raw"u8);
            for (var presence = frame.Presence; presence != 0; presence &= presence - 1)
            {
                var bit = BitOperations.TrailingZeroCount(presence);
                json.WriteNumber(frame.Schema.FieldAt(bit)!.Name, raw[bit]);
            }

            json.WriteEndObject();
            json.WriteStartObject("values"u8);
            for (var presence = frame.Presence; presence != 0; presence &= presence - 1)
            {
                var bit = BitOperations.TrailingZeroCount(presence);
                var field = frame.Schema.FieldAt(bit)!;
                json.WritePropertyName(field.Name);
                WriteDecimal(field.Scale, raw[bit]);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteDecimal(DecimalScale scale, long raw)
    {
        Span<byte> text = stackalloc byte[DecimalScale.MaxTextLength + 2];
        scale.TryFormat(raw, text, out var written);

        // Readers that tell integers from decimals shall take a physical value for a decimal where the difference shows.
        if (written >= 16 && !text[..written].Contains((byte)'.') && Math.Abs(scale.ToPhysical(raw)) >= FirstInexactInteger)
        {
            ".0"u8.CopyTo(text[written..]);
            written += 2;
        }

        json.WriteRawValue(text[..written], skipInputValidation: true);
    }
}
