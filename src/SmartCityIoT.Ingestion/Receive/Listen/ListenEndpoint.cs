using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MQTTnet.AspNetCore;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Devices.Seen;
using SmartCityIoT.Journal;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// The door for devices: MQTTnet's server behind a Kestrel of its own, so that HTTP and MQTT are bound, limited and stopped
/// apart. A publish is acknowledged when the journal holds it, which is when the awaited interceptor returns.
/// </summary>
internal sealed partial class ListenEndpoint(
    IOptions<ListenOptions> options,
    Intake intake,
    DeviceAccess access,
    DeviceRegistry registry,
    PacketGuard guard,
    PlatformState platform,
    ILogger<ListenEndpoint> logger) : IHostedService, IAsyncDisposable
{
    private const string DeviceItem = "device";

    private readonly ListenOptions options = options.Value;
    private WebApplication? host;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled) return;
        if (!IPAddress.TryParse(options.Address, out var address))
        {
            throw new EndpointUnavailableException($"{ListenOptions.Section}:Address is \"{options.Address}\", which is not an IP address. Write 127.0.0.1, 0.0.0.0 or ::.");
        }

        host = Build(address);
        Attach(host.Services.GetRequiredService<MqttServer>());
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException problem)
        {
            throw new EndpointUnavailableException(
                $"Cannot listen for MQTT on {address}:{options.Port}: {problem.InnerException?.Message ?? problem.Message}. Stop what holds the port, or set {ListenOptions.Section}:Port.", problem);
        }

        var bound = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        platform.DeviceEndpoint = new IPEndPoint(address, new Uri(bound).Port);
        LogListening(platform.DeviceEndpoint);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (host is not null) await host.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync().ConfigureAwait(false);
    }

    private WebApplication Build(IPAddress address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
            kestrel.Listen(address, options.Port, listen =>
            {
                listen.UsePacketGuard(guard);
                listen.UseMqtt();
            });
        });
        builder.Services.AddConnections();
        builder.Services.AddMqttConnectionHandler();
        builder.Services.AddHostedMqttServer(server => server
            .WithoutDefaultEndpoint()
            .WithMaxPendingMessagesPerClient(100));
        return builder.Build();
    }

    private void Attach(MqttServer server)
    {
        server.ValidatingConnectionAsync += ValidateAsync;
        server.InterceptingPublishAsync += PublishAsync;
        server.InterceptingSubscriptionAsync += SubscribeAsync;
        server.ClientDisconnectedAsync += client =>
        {
            access.ReleaseClientId(client.ClientId);
            return Task.CompletedTask;
        };
    }

    private Task ValidateAsync(ValidatingConnectionEventArgs connection)
    {
        if (!access.TryLogIn(connection.UserName, connection.RawPassword, out var device))
        {
            connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            IngestionMeter.CountRefused("bad-credentials");
            if (DeviceId.TryParse(connection.UserName.AsSpan(), out device)) registry.Seen(device, SeenVia.Listen, topic: []);
            return Task.CompletedTask;
        }

        var clientId = connection.ClientId;
        if (string.IsNullOrEmpty(clientId) && connection.ProtocolVersion == MqttProtocolVersion.V500)
        {
            connection.AssignedClientIdentifier = clientId = DeviceId.Format(device);
        }

        // 3.1.1 without a client id and with a session to keep is refused by the standard: nothing is taken that no end of a connection would give back.
        if (string.IsNullOrEmpty(clientId) || !access.TryTakeClientId(clientId, device))
        {
            connection.ReasonCode = MqttConnectReasonCode.ClientIdentifierNotValid;
            IngestionMeter.CountRefused("client-id");
            return Task.CompletedTask;
        }

        connection.SessionItems[DeviceItem] = device;
        return Task.CompletedTask;
    }

    private async Task PublishAsync(InterceptingPublishEventArgs publish)
    {
        publish.ProcessPublish = false;
        if (publish.SessionItems[DeviceItem] is not ulong device || !DeviceAccess.MayPublish(publish.ApplicationMessage.Topic, device))
        {
            // Closing is the only refusal that 3.1.1 has: MQTTnet acknowledges a refused publish all the same.
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            publish.CloseConnection = true;
            IngestionMeter.CountRefused("foreign-topic");
            return;
        }

        try
        {
            await intake.TakeAsync(
                publish.ApplicationMessage.Topic,
                publish.ApplicationMessage.Payload,
                (byte)publish.ApplicationMessage.QualityOfServiceLevel,
                publish.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem)
        {
            // Without an acknowledgement the device keeps the message and sends it again.
            if (problem is not (JournalFailedException or OperationCanceledException)) LogNotTaken(problem, DeviceId.Format(device));
            publish.Response.ReasonCode = MqttPubAckReasonCode.UnspecifiedError;
            publish.CloseConnection = true;
            IngestionMeter.CountRefused("not-durable");
        }
    }

    private Task SubscribeAsync(InterceptingSubscriptionEventArgs subscription)
    {
        if (subscription.SessionItems[DeviceItem] is ulong device && DeviceAccess.MaySubscribe(subscription.TopicFilter.Topic, device))
        {
            return Task.CompletedTask;
        }

        subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        subscription.ProcessSubscription = false;
        IngestionMeter.CountRefused("foreign-subscription");
        return Task.CompletedTask;
    }

    [LoggerMessage(2000, LogLevel.Information, "Devices connect by MQTT to {Endpoint}")]
    private partial void LogListening(IPEndPoint endpoint);

    [LoggerMessage(2001, LogLevel.Error, "A message of device {Device} could not be journaled: a defect; the device is cut off unacknowledged")]
    private partial void LogNotTaken(Exception defect, string device);
}
