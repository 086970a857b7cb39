namespace SmartCityIoT.Devices.Lookup;

/// <summary>What the platform knows of one gateway. Immutable; a change makes a new entry.</summary>
public sealed class GatewayEntry
{
    private readonly ulong[] devices;
    private readonly byte[][] credentials;

    /// <param name="devices">In the order of their ids.</param>
    /// <param name="credentials">Hashes of the secrets that are valid.</param>
    internal GatewayEntry(ulong[] devices, byte[][] credentials)
    {
        this.devices = devices;
        this.credentials = credentials;
    }

    /// <summary>Its MQTT user name.</summary>
    public required string Name { get; init; }

    /// <summary>What people call it.</summary>
    public required string Text { get; init; }

    /// <summary>Unix ms.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix ms; null while it is in use.</summary>
    public required long? RetiredAt { get; init; }

    public bool IsRetired => RetiredAt is not null;

    /// <summary>The devices that it speaks for, in the order of their ids; retired ones are among them.</summary>
    public IReadOnlyList<ulong> Devices => devices;

    internal ReadOnlySpan<byte[]> Credentials => credentials;

    /// <summary>Whether the device stands in its list. 0 B, no lock.</summary>
    public bool Lists(ulong device) => Array.BinarySearch(devices, device) >= 0;

    public override string ToString() => Name;

    /// <summary>Whether the two say the same of the same gateway.</summary>
    internal bool Says(GatewayEntry other) =>
        Name == other.Name
        && Text == other.Text
        && CreatedAt == other.CreatedAt
        && RetiredAt == other.RetiredAt
        && devices.AsSpan().SequenceEqual(other.devices)
        && CredentialHashes.Equal(credentials, other.credentials);
}
