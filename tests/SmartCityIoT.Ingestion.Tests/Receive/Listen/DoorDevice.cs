using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>A device of a test's own: its login, its topics and its frames.</summary>
internal sealed class DoorDevice(DoorHost door, ulong number, string secret, long credential)
{
    private ushort sequence;

    public ulong Number { get; } = number;

    public string Id { get; } = DeviceId.Format(number);

    public string Secret { get; } = secret;

    public long Credential { get; } = credential;

    public string Root => $"sc/v1/{Id[^2..]}/{Id}/";

    public string Up => Root + "up";

    public string Status => Root + "status";

    public string Down => Root + "down";

    /// <summary>The next frame of a water meter.</summary>
    public byte[] Frame() => Samples.Pressure(Number, sequence++, IngestHost.Now);

    /// <summary>Its CONNECT.</summary>
    public byte[] Hello(byte level, bool isClean = true, ushort keepAlive = 60, byte[]? properties = null, WireWill? will = null, string? clientId = null) =>
        Wire.Connect(level, clientId ?? Id, Id, Secret, isClean, keepAlive, properties, will);

    /// <summary>Connects, and returns the answer as well.</summary>
    public async Task<(RawDevice Device, WirePacket Answer)> AskAsync(byte[] hello, int receiveBuffer = 0)
    {
        var device = await RawDevice.ConnectAsync(door.Endpoint, receiveBuffer);
        await device.SendAsync(hello);
        return (device, await device.NextAsync(WirePacket.ConnAck));
    }

    /// <summary>Connects and is let in.</summary>
    public async Task<RawDevice> LogInAsync(byte[] hello, int receiveBuffer = 0)
    {
        var (device, answer) = await AskAsync(hello, receiveBuffer);
        Assert.True(answer.Body[1] == 0, $"refused: {answer}");
        return device;
    }

    public Task<RawDevice> LogInAsync(byte level) => LogInAsync(Hello(level));
}
