using System.Text.Json;
using System.Text.Json.Serialization;
using SmartCityIoT.Live;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>The newest reading of one channel of a device.</summary>
/// <param name="Channel">0 = the device as a whole.</param>
/// <param name="Time">Unix milliseconds of the sample.</param>
/// <param name="Quality">Quality bits as stored; 0 = good.</param>
/// <param name="Flags">Flag bits of the frame.</param>
/// <param name="Values">Physical values by field name: whole numbers where the field's scale is 1, else decimals.</param>
public sealed record ChannelView(int Channel, long Time, int Quality, int Flags, [property: JsonConverter(typeof(PhysicalValuesConverter))] LiveReading Values)
{
    internal static ChannelView Of(LiveReading reading) => new(reading.Channel, reading.Time, (int)reading.Quality, (int)reading.Flags, reading);
}

/// <summary>Writes the present fields of a reading as physical values, straight from the raw integers.</summary>
internal sealed class PhysicalValuesConverter : JsonConverter<LiveReading>
{
    public override LiveReading Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Readings are only ever written.");

    public override void Write(Utf8JsonWriter writer, LiveReading value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var field in value.Layout.Fields)
        {
            if (field.Role != FieldRole.Channel && value.TryGetRaw(field.Bit, out var raw)) Write(writer, field, raw);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SectorField field, long raw)
    {
        if (field.IsInteger)
        {
            writer.WriteNumber(field.Name, raw * field.Scale.Multiplier);
        }
        else
        {
            writer.WriteNumber(field.Name, field.Scale.ToPhysical(raw));
        }
    }
}
