using System.Collections.Concurrent;
using System.Text;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Who may log in at the device endpoint, and which topics are whose.</summary>
internal sealed class DeviceAccess(CredentialVerifier credentials)
{
    private readonly ConcurrentDictionary<string, Holder> clients = new(StringComparer.Ordinal);

    /// <summary>Checks user name (the device id) and secret.</summary>
    public bool TryLogIn(string? userName, ReadOnlySpan<byte> secret, out ulong device) =>
        DeviceId.TryParse(userName.AsSpan(), out device) && credentials.Verify(device, secret);

    /// <summary>
    /// Takes a client id for a device. A client id in use by another device is refused: by MQTT's take-over rule the newcomer
    /// would close the connection of a device that is not its own. So is the id of another device, which that device may come with. Counted, since the end of a connection may be noticed after
    /// its device has connected again.
    /// </summary>
    public bool TryTakeClientId(string clientId, ulong device)
    {
        if (DeviceId.TryParse(clientId.AsSpan(), out var named) && named != device) return false;
        var holder = clients.AddOrUpdate(
            clientId, new Holder(device, 1), (_, held) => held.Device == device ? held with { Connections = held.Connections + 1 } : held);
        return holder.Device == device;
    }

    /// <summary>One connection that took the client id is over.</summary>
    public void ReleaseClientId(string clientId)
    {
        while (clients.TryGetValue(clientId, out var held))
        {
            var isDone = held.Connections > 1
                ? clients.TryUpdate(clientId, held with { Connections = held.Connections - 1 }, held)
                : clients.TryRemove(new KeyValuePair<string, Holder>(clientId, held));
            if (isDone) return;
        }
    }

    /// <summary>Whether a device may publish there: its own <c>up</c>, <c>up/{port}</c> and <c>status</c>.</summary>
    public static bool MayPublish(string topic, ulong device) =>
        TopicParser.TryParse(Encoding.UTF8.GetBytes(topic), out var parsed) == TopicStatus.Ok
        && parsed.Device == device && parsed.Kind != TopicKind.Command;

    /// <summary>Whether a device may subscribe to a filter: its own <c>down</c>.</summary>
    public static bool MaySubscribe(string filter, ulong device) =>
        TopicParser.TryParse(Encoding.UTF8.GetBytes(filter), out var parsed) == TopicStatus.Ok
        && parsed.Device == device && parsed.Kind == TopicKind.Command;

    private readonly record struct Holder(ulong Device, int Connections);
}
