using System.Text;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Writing;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>A device and what it says when it connects.</summary>
internal sealed class DeviceLogin
{
    /// <summary>Longer than a measurement, so that a device that idles is silent; a server may ask for less.</summary>
    private const ushort KeepAliveSeconds = 3600;

    public DeviceLogin(LoadDevice device, string secret)
    {
        Device = device;
        Name = DeviceId.Format(device.Id);
        Secret = secret;
        Connect = Encode(Encoding.UTF8.GetBytes(Name), Encoding.UTF8.GetBytes(secret));
    }

    public LoadDevice Device { get; }

    /// <summary>User name and client id.</summary>
    public string Name { get; }

    public string Secret { get; }

    /// <summary>CONNECT of MQTT 5 that starts clean.</summary>
    public ReadOnlyMemory<byte> Connect { get; }

    private static byte[] Encode(byte[] name, byte[] secret)
    {
        var packet = new ConnectPacket
        {
            Version = ProtocolVersion.V5,
            CleanStart = true,
            KeepAlive = KeepAliveSeconds,
            ClientIdentifier = name,
            HasUserName = true,
            UserName = name,
            HasPassword = true,
            Password = secret,
        };
        var bytes = new byte[ConnectWriter.Length(packet)];
        ConnectWriter.TryWrite(packet, bytes, out _);
        return bytes;
    }
}
