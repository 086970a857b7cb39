using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Database;

/// <summary>What an audit row is about, as text.</summary>
internal static class AuditSubject
{
    private const string DevicePrefix = "device:";
    private const string AreaPrefix = "area:";
    private const string GatewayPrefix = "gateway:";
    private const string ModelPrefix = "model:";

    public static bool IsDevice(string subject, out ulong device)
    {
        device = 0;
        return subject.StartsWith(DevicePrefix, StringComparison.Ordinal)
            && DeviceId.TryParse(subject.AsSpan(DevicePrefix.Length), out device);
    }

    public static bool IsArea(string subject) => subject.StartsWith(AreaPrefix, StringComparison.Ordinal);

    public static bool IsGateway(string subject, out string name)
    {
        var isGateway = subject.StartsWith(GatewayPrefix, StringComparison.Ordinal);
        name = isGateway ? subject[GatewayPrefix.Length..] : "";
        return isGateway;
    }

    public static string Device(ulong device) => DevicePrefix + DeviceId.Format(device);

    public static string Area(string code) => AreaPrefix + code;

    public static string Gateway(string name) => GatewayPrefix + name;

    public static string Model(string code) => ModelPrefix + code;
}
