using System.Text;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Topics;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>A subscription as a session holds it.</summary>
/// <param name="Device">The device below whose root the filter stands.</param>
/// <param name="Identifier">The subscription identifier, or 0.</param>
internal sealed record HeldSubscription(byte[] Filter, ulong Device, SubscriptionOptions Options, int Identifier)
{
    /// <summary>Messages to a client are sent at QoS 0 or 1.</summary>
    public byte GrantedQos => Math.Min(Options.Qos, (byte)1);

    /// <summary>Whether the filter finds its device's commands.</summary>
    public bool HearsCommands { get; } = TopicFilter.IsMatch(Filter, CommandTopic(Device));

    /// <summary>Whether it finds nothing else.</summary>
    public bool IsOfCommandsAlone { get; } = Filter.AsSpan().SequenceEqual(CommandTopic(Device));

    private static byte[] CommandTopic(ulong device) => Encoding.UTF8.GetBytes(TopicFormatter.Format(new Topic(device, TopicKind.Command)));
}
