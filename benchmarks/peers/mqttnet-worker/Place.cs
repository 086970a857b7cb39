using System.Globalization;

namespace MqttNetWorker;

/// <summary>Where a device stands, as the tags of its lines say it.</summary>
internal sealed record Place(string Area, string Model, string Site)
{
    /// <summary>Reads lines of <c>device,area,model,site</c>, the device as 16 hexadecimal digits.</summary>
    public static Dictionary<ulong, Place> ReadAll(string file) => File.ReadLines(file)
        .Select(line => line.Split(','))
        .ToDictionary(cells => ulong.Parse(cells[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), cells => new Place(cells[1], cells[2], cells[3]));
}
