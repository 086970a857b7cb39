using System.Buffers;
using System.Text;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>What the members of a request may hold. Each rule throws <see cref="DeviceInputException"/> with a line that names the member.</summary>
internal static class InputRules
{
    public const int LongestName = 200;
    public const int LongestCode = 64;

    /// <summary>Command 1 of the wire format carries the interval as 16 bits.</summary>
    public const int LongestInterval = 65_535;

    private static readonly SearchValues<char> GatewayLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static void Name(string member, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new DeviceInputException(member, $"{member} is missing");
        if (text.Length > LongestName) throw new DeviceInputException(member, $"{member} is longer than {LongestName} characters");
        RequirePrintable(member, text);
    }

    /// <summary>Codes become tags of series, where a backslash at the end would swallow what follows it.</summary>
    public static void Code(string member, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new DeviceInputException(member, $"{member} is missing");
        if (text.Length > LongestCode) throw new DeviceInputException(member, $"{member} is longer than {LongestCode} characters");
        RequirePrintable(member, text);
        if (text.Trim().Length != text.Length || text.Contains('\\', StringComparison.Ordinal))
        {
            throw new DeviceInputException(member, $"{member} must not hold a backslash, or spaces at its ends");
        }
    }

    public static void Latitude(string member, double degrees) => Degrees(member, degrees, 90);

    public static void Longitude(string member, double degrees) => Degrees(member, degrees, 180);

    public static void Interval(string member, int seconds)
    {
        if (seconds is < 1 or > LongestInterval)
        {
            throw new DeviceInputException(member, $"{member} must be 1 to {LongestInterval} seconds");
        }
    }

    public static void Sector(string member, string? name, SectorCatalog sectors)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new DeviceInputException(member, $"{member} is missing");
        if (sectors.PackNamed(name) is not null) return;
        var known = string.Join(", ", sectors.Packs.Select(pack => pack.Name).Order(StringComparer.Ordinal));
        throw new DeviceInputException(member, $"{member} '{name}' is not known; known are {known}");
    }

    public static void Device(NewDevice device, SectorCatalog sectors)
    {
        if (device.Id == 0) throw new DeviceInputException("id", "id must not be 0");
        Name("name", device.Name);
        Sector("sector", device.Sector, sectors);
        if (device.Model is not null) Code("model", device.Model);
        if (device.IntervalSeconds is { } seconds) Interval("interval", seconds);
        if (!Enum.IsDefined(device.Lifecycle) || device.Lifecycle == Lifecycle.Retired)
        {
            throw new DeviceInputException("state", "state of a new device must be planned or inService");
        }

        if (device.PlacedFrom < 0) throw new DeviceInputException("placedFrom", "placedFrom must not be negative");
        if (device.Site is not null) Site(device.Site);
    }

    /// <summary>A gateway's name is the user name of its login, which 16 hex digits would make that of a device.</summary>
    public static void Gateway(NewGateway gateway)
    {
        var name = gateway.Name;
        if (string.IsNullOrEmpty(name)) throw new DeviceInputException("name", "name is missing");
        if (name.Length > LongestCode || name.AsSpan().ContainsAnyExcept(GatewayLetters))
        {
            throw new DeviceInputException("name", $"name must be 1 to {LongestCode} of a-z, 0-9 and '-'");
        }

        if (DeviceId.TryParse(name.AsSpan(), out _)) throw new DeviceInputException("name", "name must not be 16 hex digits, which are a device's id");
        Name("text", gateway.Text);
    }

    public static void Site(NewSite site)
    {
        Code("site.code", site.Code);
        if (site.Name is not null) Name("site.name", site.Name);
        if (site.Latitude is { } latitude) Latitude("site.latitude", latitude);
        if (site.Longitude is { } longitude) Longitude("site.longitude", longitude);
        if (site.Area is not null) Code("site.area", site.Area);
    }

    private static void RequirePrintable(string member, string text)
    {
        if (text.Any(char.IsControl)) throw new DeviceInputException(member, $"{member} holds a control character");
        if (text.EnumerateRunes().Contains(Rune.ReplacementChar)) throw new DeviceInputException(member, $"{member} is not valid Unicode text");
    }

    private static void Degrees(string member, double degrees, double limit)
    {
        if (!(Math.Abs(degrees) <= limit)) throw new DeviceInputException(member, $"{member} must be -{limit} to {limit} degrees");
    }
}
