using System.Globalization;
using System.Text.Json;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Influx;

/// <summary>Turns a number of an answer back into the raw integer that it was made of.</summary>
internal static class InfluxRawValue
{
    /// <summary>
    /// False where the number is no multiple of the scale: another layout wrote it. InfluxDB keeps a decimal as a double and answers with the shortest
    /// text that means it, which up to 15 digits is the decimal that was written.
    /// </summary>
    public static bool TryExact(JsonElement value, DecimalScale scale, out long raw)
    {
        raw = 0;
        if (!decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return false;
        try
        {
            for (var digit = 0; digit < scale.Digits; digit++) number *= 10;
            number /= scale.Multiplier;
            if (number != decimal.Truncate(number)) return false;
            raw = decimal.ToInt64(number);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
