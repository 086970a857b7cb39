using System.Buffers;
using System.Security.Cryptography;
using MQTTnet.Protocol;
using MQTTnet.Server;
using SmartCityIoT.Journal;

namespace MqttNetServer;

/// <summary>Checks logins, and journals each message before MQTTnet's server acknowledges it.</summary>
internal sealed class Door(MessageJournal journal, Dictionary<string, Credential> credentials)
{
    private const string TopicItem = "topic";

    private long received;

    /// <summary>Messages that the journal holds.</summary>
    public long Received => Interlocked.Read(ref received);

    public void Attach(MqttServer server)
    {
        server.ValidatingConnectionAsync += ValidateAsync;
        server.InterceptingPublishAsync += PublishAsync;
    }

    private Task ValidateAsync(ValidatingConnectionEventArgs connection)
    {
        if (connection.UserName is { } name
            && credentials.TryGetValue(name, out var credential)
            && CryptographicOperations.FixedTimeEquals(connection.RawPassword, credential.Secret))
        {
            connection.SessionItems[TopicItem] = credential.Topic;
        }
        else
        {
            connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
        }

        return Task.CompletedTask;
    }

    // The server acknowledges when this returns: the message is on the disk then.
    private async Task PublishAsync(InterceptingPublishEventArgs publish)
    {
        const byte Frame = 0, Port = 0, Source = 0;
        publish.ProcessPublish = false;
        var message = publish.ApplicationMessage;
        if (publish.SessionItems[TopicItem] as string != message.Topic)
        {
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            publish.CloseConnection = true;
            return;
        }

        var payload = message.Payload.IsSingleSegment ? message.Payload.First : message.Payload.ToArray();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        // A frame names its device: the platform keeps no topic of it either.
        await journal.AppendAsync(now, Frame, Port, (byte)message.QualityOfServiceLevel, Source, topic: default, payload, publish.CancellationToken);
        Interlocked.Increment(ref received);
    }
}
