using System.Threading.Channels;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>One connection of a client that others wrote, whichever it is.</summary>
internal abstract class DeviceClient : IAsyncDisposable
{
    public const string Mosquitto = "mosquitto";
    public const string PahoC = "Paho C";
    public const string PahoPython = "Paho Python";
    public const string MqttJs = "MQTT.js";
    public const string MqttNet = "MQTTnet";

    /// <summary>For each thing that is waited for.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Channel<ClientEvent> events = Channel.CreateUnbounded<ClientEvent>();
    private readonly List<ClientEvent> unread = [];

    /// <summary>What else it said, for the message of a test that fails.</summary>
    protected virtual string Said => "";

    /// <summary>Starts connecting; whether it succeeds is an event.</summary>
    public static DeviceClient Start(string name, ClientLogin login) => name switch
    {
        Mosquitto => new MosquittoClient(login),
        MqttNet => new MqttNetClient(login),
        _ => new DriverClient(name, login),
    };

    /// <summary>Publishes; <c>published</c> says when the platform has it.</summary>
    public abstract Task PublishAsync(string topic, int qos, ReadOnlyMemory<byte> payload, bool isRetained = false);

    /// <summary>Ends the connection with DISCONNECT.</summary>
    public abstract Task LeaveAsync();

    /// <summary>Ends the connection without a word, as a device that loses its power.</summary>
    public abstract Task BreakAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>The next event, whichever it is.</summary>
    /// <param name="soFar">For the message of a test that fails.</param>
    public async Task<ClientEvent> NextOfAllAsync(string soFar)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return await events.Reader.ReadAsync(limit.Token);
        }
        catch (Exception problem) when (problem is OperationCanceledException or ChannelClosedException)
        {
            Assert.Fail($"The client tells no more. So far: {soFar}\n{Said}");
            throw;
        }
    }

    /// <summary>The next event of that name; others are kept for later.</summary>
    public async Task<ClientEvent> NextAsync(string name)
    {
        var at = unread.FindIndex(found => found.Event == name);
        while (at < 0)
        {
            unread.Add(await NextOfAllAsync($"{string.Join(", ", unread)}, and \"{name}\" is waited for"));
            if (unread[^1].Event == name) at = unread.Count - 1;
        }

        var next = unread[at];
        unread.RemoveAt(at);
        return next;
    }

    protected void Note(ClientEvent happened) => events.Writer.TryWrite(happened);

    /// <summary>Nothing more will be told.</summary>
    protected void NoteEnd() => events.Writer.TryComplete();
}
