using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>What a client may take of the platform, before its login and after it (section <see cref="ListenOptions.Section"/>).</summary>
public sealed class ListenLimitOptions
{
    /// <summary>Largest CONNECT packet in bytes: nothing else is read of a stranger. Default 1,024.</summary>
    [Range(64, 65_536)]
    public int MaxConnectBytes { get; init; } = 1_024;

    /// <summary>Seconds within which a client must have logged in. Default 10.</summary>
    [Range(0.01, 600)]
    public double ConnectSeconds { get; init; } = 10;

    /// <summary>Connections at one time, whichever way they come in; one more is closed at once. Default 20,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>Connections that may be open without a login; one more is closed at once. Default 4,096.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsBeforeLogin { get; init; } = 4_096;

    /// <summary>Connections of one address. Default 20,000: a mobile network brings a whole city's devices from a few addresses.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; init; } = 20_000;

    /// <summary>
    /// Logins a second. What comes quicker waits its turn, up to five seconds of it; the rest is refused as busy, each after a time of its own, so that their
    /// next attempts are spread. Default 1,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int LoginsPerSecond { get; init; } = 1_000;

    /// <summary>Largest packet in bytes, its header included; a larger one closes the connection before it is read. Default 65,536 (64 KiB).</summary>
    [Range(1_024, 1 << 20)]
    public int MaxPacketBytes { get; init; } = 64 * 1024;

    /// <summary>Messages of QoS 1 and 2 that a client may have under way (MQTT 5 is told; of a 3.1.1 client no more are read). Default 16,384.</summary>
    [Range(1, ushort.MaxValue)]
    public int ReceiveMaximum { get; init; } = 16_384;

    /// <summary>Topic aliases that a client may set on its connection; 0 = none. Default 256.</summary>
    [Range(0, ushort.MaxValue)]
    public int TopicAliasMaximum { get; init; } = 256;

    /// <summary>Subscriptions of a device or gateway. Default 256.</summary>
    [Range(1, 100_000)]
    public int MaxSubscriptions { get; init; } = 256;

    /// <summary>Messages a second of one device, on average over a second; what is above is read later, never lost. 0 = no limit. Default 5,000.</summary>
    [Range(0, 10_000_000)]
    public int DeviceMessagesPerSecond { get; init; } = 5_000;

    /// <summary>Bytes a second of one device, as above. 0 = no limit. Default 4,194,304 (4 MiB).</summary>
    [Range(0, int.MaxValue)]
    public int DeviceBytesPerSecond { get; init; } = 4 * 1024 * 1024;

    /// <summary>Messages a second of all clients of one address, gateways included. 0 = no limit. Default 0.</summary>
    [Range(0, 100_000_000)]
    public int AddressMessagesPerSecond { get; init; }

    /// <summary>Bytes a second of all clients of one address. 0 = no limit. Default 0.</summary>
    [Range(0, int.MaxValue)]
    public int AddressBytesPerSecond { get; init; }

    /// <summary>Longest keep alive in seconds: MQTT 5 clients that ask for more, or for none, are told this one. Default 3,600.</summary>
    [Range(1, ushort.MaxValue)]
    public int MaxKeepAliveSeconds { get; init; } = 3_600;

    /// <summary>Longest time in seconds that the session of a client that is away is kept. Default 604,800 (7 days).</summary>
    [Range(0, int.MaxValue)]
    public int MaxSessionExpirySeconds { get; init; } = 7 * 86_400;

    /// <summary>Seconds after which a client that does not read what is sent to it is closed. Default 10.</summary>
    [Range(0.01, 600)]
    public double WriteSeconds { get; init; } = 10;

    /// <summary>Messages that wait for a client that has not acknowledged those before, and of those too. Default 100.</summary>
    [Range(1, 100_000)]
    public int MaxWaitingMessages { get; init; } = 100;
}
