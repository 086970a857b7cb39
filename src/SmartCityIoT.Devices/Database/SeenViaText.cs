using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using SmartCityIoT.Devices.Seen;

namespace SmartCityIoT.Devices.Database;

/// <summary>Where a device was seen, as it stands in the database and on the API.</summary>
internal sealed class SeenViaText() : ValueConverter<SeenVia, string>(value => Format(value), text => Parse(text))
{
    public static string Format(SeenVia via) => via == SeenVia.Listen ? "listen" : "dial";

    public static SeenVia Parse(string text) => text == "listen" ? SeenVia.Listen : SeenVia.Dial;
}
