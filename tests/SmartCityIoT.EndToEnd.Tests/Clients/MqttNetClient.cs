using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>MQTTnet, in the tests' own process.</summary>
internal sealed class MqttNetClient : DeviceClient
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>MQTTnet may wait for ever for the answer to what it wrote while its connection broke.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource ending = new();
    private readonly ClientLogin login;
    private readonly MqttClientOptions options;
    private readonly Task connecting;
    private int published;

    public MqttNetClient(ClientLogin login)
    {
        this.login = login;
        options = Options(login);
        client.ApplicationMessageReceivedAsync += received =>
        {
            var message = received.ApplicationMessage;
            Note(new ClientEvent(
                "message", Topic: message.Topic, Payload: Convert.ToHexStringLower(message.Payload.ToArray()), Qos: (int)message.QualityOfServiceLevel, Retain: message.Retain, Dup: message.Dup));
            return Task.CompletedTask;
        };
        client.DisconnectedAsync += async closed =>
        {
            if (!closed.ClientWasConnected) return;
            Note(new ClientEvent("closed", Code: closed.ReasonString is null && (int)closed.Reason < 0x80 ? 0 : (int)closed.Reason));
            if (login.ConnectsAgain) await ConnectAgainAsync();
        };
        connecting = ConnectAsync();
    }

    public override async Task PublishAsync(string topic, int qos, ReadOnlyMemory<byte> payload, bool isRetained = false)
    {
        await connecting;
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload.ToArray())
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qos).WithRetainFlag(isRetained).Build();
        _ = AnsweredAsync(message, ++published);
    }

    public override Task LeaveAsync() => client.DisconnectAsync();

    public override Task BreakAsync()
    {
        // Its socket is closed without DISCONNECT.
        client.Dispose();
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await connecting;
        client.Dispose();
        ending.Dispose();
    }

    private static MqttClientOptions Options(ClientLogin login)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithClientId(login.ClientId)
            .WithProtocolVersion(login.IsVersion5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithTimeout(Limit)
            .WithCleanStart(login.IsClean);
        builder = login.IsWeb
            ? builder.WithWebSocketServer(web => web.WithUri($"{login.Way}://127.0.0.1:{login.Port}/mqtt"))
            : builder.WithTcpServer("127.0.0.1", login.Port);
        if (login.IsVersion5) builder.WithSessionExpiryInterval(ClientLogin.SessionExpirySeconds);
        if (login.User is not null) builder.WithCredentials(login.User, login.Secret);
        if (login.WillTopic is not null) builder.WithWillTopic(login.WillTopic).WithWillPayload("0").WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithWillRetain();
        if (!login.IsTls) return builder.Build();
        return builder.WithTlsOptions(tls =>
        {
            tls.UseTls().WithCertificateValidationHandler(shown => IsOf(login.AuthorityFile!, shown.Certificate));
            if (login.CertificateFile is not null) tls.WithClientCertificates([X509Certificate2.CreateFromPemFile(login.CertificateFile, login.KeyFile)]);
        }).Build();
    }

    /// <summary>MQTTnet's own trust chain does not reach its WebSocket.</summary>
    private static bool IsOf(string authorityFile, X509Certificate certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorityFile);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build((X509Certificate2)certificate);
    }

    private async Task ConnectAsync()
    {
        var answer = await client.ConnectAsync(options, ending.Token);
        if (answer.ResultCode != MqttClientConnectResultCode.Success)
        {
            // MQTTnet tells a return code of MQTT 3.1.1 by the name that MQTT 5 has for it.
            var code = !login.IsVersion5 && answer.ResultCode == MqttClientConnectResultCode.BadUserNameOrPassword ? 4 : (int)answer.ResultCode;
            Note(new ClientEvent("refused", Code: code));
            return;
        }

        Note(new ClientEvent("connected", Present: answer.IsSessionPresent));
        if (login.Subscribe is null) return;
        var granted = await client.SubscribeAsync(login.Subscribe, MqttQualityOfServiceLevel.AtLeastOnce, ending.Token);
        Note(new ClientEvent("subscribed", Code: (int)granted.Items.Single().ResultCode));
    }

    private async Task ConnectAgainAsync()
    {
        while (!client.IsConnected && !ending.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync();
            }
            catch (Exception problem) when (problem is not Xunit.Sdk.XunitException)
            {
                await Task.Delay(Pause);
            }
        }
    }

    /// <summary>Waits for the answer to one message, and sends it again where that is wanted. MQTTnet itself forgets a message with its connection.</summary>
    private async Task AnsweredAsync(MqttApplicationMessage message, int number)
    {
        while (!ending.IsCancellationRequested)
        {
            while (login.ConnectsAgain && !client.IsConnected && !ending.IsCancellationRequested) await Task.Delay(Pause);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            limit.CancelAfter(login.ConnectsAgain ? AnswerLimit : Limit);
            try
            {
                var answer = await client.PublishAsync(message, limit.Token);
                Note(new ClientEvent("published", number, (int)answer.ReasonCode));
                return;
            }
            catch (Exception problem) when (problem is not Xunit.Sdk.XunitException)
            {
                if (!login.ConnectsAgain) return;
                await Task.Delay(Pause);
            }
        }
    }
}
