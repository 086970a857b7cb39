using System.Collections.Concurrent;
using System.Text;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Who may log in at the device endpoint, and which topics are whose.</summary>
internal sealed class DeviceAccess(CredentialVerifier credentials)
{
    private readonly ConcurrentDictionary<string, ulong> clients = new(StringComparer.Ordinal);

    /// <summary>Checks user name (the device id) and secret.</summary>
    public bool TryLogIn(string? userName, ReadOnlySpan<byte> secret, out ulong device) =>
        DeviceId.TryParse(userName.AsSpan(), out device) && credentials.Verify(device, secret);

    /// <summary>
    /// Takes a client id for a device. A client id in use by another device is refused: by MQTT's take-over rule the newcomer
    /// would close the connection of a device that is not its own.
    /// </summary>
    public bool TryTakeClientId(string clientId, ulong device) => clients.GetOrAdd(clientId, device) == device;

    public void ReleaseClientId(string clientId) => clients.TryRemove(clientId, out _);

    /// <summary>Whether a device may publish there: its own <c>up</c>, <c>up/{port}</c> and <c>status</c>.</summary>
    public static bool MayPublish(string topic, ulong device) =>
        TopicParser.TryParse(Encoding.UTF8.GetBytes(topic), out var parsed) == TopicStatus.Ok
        && parsed.Device == device && parsed.Kind != TopicKind.Command;

    /// <summary>Whether a device may subscribe to a filter: its own <c>down</c>.</summary>
    public static bool MaySubscribe(string filter, ulong device) =>
        TopicParser.TryParse(Encoding.UTF8.GetBytes(filter), out var parsed) == TopicStatus.Ok
        && parsed.Device == device && parsed.Kind == TopicKind.Command;
}
