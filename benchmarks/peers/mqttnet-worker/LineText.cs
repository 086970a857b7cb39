using System.Globalization;
using System.Numerics;
using System.Text;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace MqttNetWorker;

/// <summary>A decoded frame as a line of InfluxDB's line protocol, the way one writes it at first: doubles and a string.</summary>
internal static class LineText
{
    /// <summary>The first sample; time in microseconds. Nothing is checked: the quality is always 0.</summary>
    /// <param name="place">Where the device stands; null where nobody knows.</param>
    public static string Of(Frame frame, Place? place)
    {
        var raw = frame.Sample(0);
        var channel = 0L;
        var fields = new StringBuilder();
        for (var left = frame.Presence; left != 0; left &= left - 1)
        {
            var field = frame.Schema.FieldAt(BitOperations.TrailingZeroCount(left))!;
            if (field.Role == FieldRole.Channel)
            {
                channel = raw[field.Bit];
                continue;
            }

            fields.Append(field.Name).Append('=');
            if (field.IsInteger) fields.Append(CultureInfo.InvariantCulture, $"{raw[field.Bit] * field.Scale.Multiplier}i,");
            else fields.Append(CultureInfo.InvariantCulture, $"{field.Scale.ToPhysical(raw[field.Bit])},");
        }

        var header = frame.Header;
        var tags = place is null ? $"channel={channel},device={DeviceId.Format(header.Device)}"
            : $"area={place.Area},channel={channel},device={DeviceId.Format(header.Device)},model={place.Model},site={place.Site}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{frame.Schema.SectorName},{tags} {fields}flags={(int)header.Flags}i,quality=0i,boot={header.Boot}i,seq={header.Sequence}i,sample=0i {header.Time * 1000}");
    }
}
