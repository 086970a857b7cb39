using SmartCityIoT.Devices.Seen;

namespace SmartCityIoT.Devices.Database;

/// <summary>Where a device was seen, as it stands in the database and on the API.</summary>
internal static class SeenViaText
{
    public static string Format(SeenVia via) => via == SeenVia.Listen ? "listen" : "dial";

    public static SeenVia Parse(string text) => text == "listen" ? SeenVia.Listen : SeenVia.Dial;
}
