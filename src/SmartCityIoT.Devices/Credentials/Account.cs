using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Credentials;

/// <summary>
/// Who logged in: one device, or a gateway that speaks for a listed set of devices. One per connection; what it may do is asked
/// of the directory each time, so that it follows the registry. Safe from any thread.
/// </summary>
public sealed class Account
{
    private readonly DeviceDirectory directory;
    private readonly byte[]? credential;

    private Account(DeviceDirectory directory, ulong device, string? gateway, string name, byte[]? credential)
    {
        this.directory = directory;
        this.credential = credential;
        Device = device;
        Gateway = gateway;
        Name = name;
    }

    /// <summary>The device; 0 for a gateway.</summary>
    public ulong Device { get; }

    /// <summary>The gateway's name; null for a device.</summary>
    public string? Gateway { get; }

    /// <summary>Its MQTT user name: the device's id as 16 lower-case hex digits, or the gateway's name. No two accounts share one.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether the registry still lets it in, as it stands now: the credential that opened it is not revoked, and the device or
    /// gateway is not retired. A certificate is no credential of the registry: what it opened stands while its owner has one that is good.
    /// 0 B, no lock.
    /// </summary>
    public bool StillStands
    {
        get
        {
            if (Gateway is null) return directory.TryGet(Device, out var entry) && entry.Lifecycle != Lifecycle.Retired && Holds(entry.Credentials);
            return directory.TryGetGateway(Gateway, out var gateway) && !gateway.IsRetired && Holds(gateway.Credentials);
        }
    }

    /// <summary>
    /// Whether it may send as that device and receive what is meant for it, as the registry stands now: a device for itself alone, a
    /// gateway for the devices of its list; never for one that is not provisioned, or retired. 0 B, no lock.
    /// </summary>
    public bool MayActFor(ulong device)
    {
        if (!directory.TryGet(device, out var entry) || entry.Lifecycle == Lifecycle.Retired) return false;
        return Gateway is null ? device == Device : directory.TryGetGateway(Gateway, out var gateway) && !gateway.IsRetired && gateway.Lists(device);
    }

    public override string ToString() => Name;

    /// <param name="credential">Hash of the secret that opened it; null when a certificate did.</param>
    internal static Account Of(DeviceDirectory directory, DeviceEntry device, byte[]? credential) =>
        new(directory, device.Id, null, DeviceId.Format(device.Id), credential);

    /// <inheritdoc cref="Of(DeviceDirectory, DeviceEntry, byte[])"/>
    internal static Account Of(DeviceDirectory directory, GatewayEntry gateway, byte[]? credential) =>
        new(directory, 0, gateway.Name, gateway.Name, credential);

    private bool Holds(ReadOnlySpan<byte[]> valid)
    {
        if (credential is null) return !valid.IsEmpty;
        foreach (var hash in valid)
        {
            if (hash.AsSpan().SequenceEqual(credential)) return true;
        }

        return false;
    }
}
