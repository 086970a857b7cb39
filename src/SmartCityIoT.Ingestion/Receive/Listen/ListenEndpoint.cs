using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Opens the ports of the door for devices, on a Kestrel of its own, so that HTTP and MQTT are bound, limited and stopped apart. Every way in leads to
/// <see cref="DeviceDoor"/>.
/// </summary>
internal sealed partial class ListenEndpoint(
    IOptions<ListenOptions> options,
    IOptions<ListenTlsOptions> tls,
    IOptions<ListenWebSocketOptions> webSocket,
    DeviceDoor door,
    PlatformState platform,
    ILogger<ListenEndpoint> logger) : IHostedService, IAsyncDisposable
{
    /// <summary>
    /// Bytes that the transport reads ahead of a connection's packets, and writes ahead of a client that does not read. A larger packet passes all the same:
    /// what has been looked at does not count.
    /// </summary>
    private const int TransportBytes = 64 * 1024;

    /// <summary>Connections that wait to be accepted, as far as the system lets them: a district may come back at once.</summary>
    private const int Backlog = 8_192;

    private const string WebSocketPath = "/mqtt";
    private const string SubProtocol = "mqtt";

    private readonly ListenOptions options = options.Value;
    private WebApplication? host;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled) return;
        if (!IPAddress.TryParse(options.Address, out var address))
        {
            throw new EndpointUnavailableException($"{ListenOptions.Section}:Address is \"{options.Address}\", which is not an IP address. Write 127.0.0.1, 0.0.0.0 or ::.");
        }

        var ways = Ways();
        host = Build(address, ways);
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException problem)
        {
            throw new EndpointUnavailableException(
                $"Cannot listen for MQTT on {string.Join(", ", ways.Select(way => new IPEndPoint(address, way.Port)))}: {problem.InnerException?.Message ?? problem.Message}. Stop what holds the port, or set {ListenOptions.Section}:Port.", problem);
        }

        foreach (var way in ways) LogListening(way.Scheme, address, way.Bound!.IPEndPoint!.Port);
        platform.DeviceEndpoint = EndpointOf(ways, address, "mqtt");
        platform.DeviceEndpoints = [.. ways.Select(way => new DeviceAddress(way.Scheme, new IPEndPoint(address, way.Bound!.IPEndPoint!.Port)))];
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (host is null) return;
        await door.StopAsync().ConfigureAwait(false);
        await host.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync().ConfigureAwait(false);
    }

    private static IPEndPoint? EndpointOf(IReadOnlyList<WayIn> ways, IPAddress address, string scheme) =>
        ways.FirstOrDefault(way => way.Scheme == scheme) is { } found ? new IPEndPoint(address, found.Bound!.IPEndPoint!.Port) : null;

    /// <summary>The ports that the options ask for.</summary>
    private List<WayIn> Ways()
    {
        List<WayIn> ways = [];
        if (options.Port >= 0) ways.Add(new WayIn("mqtt", options.Port));
        if (tls.Value.CertificateFile is not null) ways.Add(new WayIn("mqtts", tls.Value.Port));
        if (webSocket.Value.Port is { } plain) ways.Add(new WayIn("ws", plain));
        if (webSocket.Value.TlsPort is not { } secure) return ways;
        if (tls.Value.CertificateFile is null)
        {
            throw new EndpointUnavailableException($"{ListenWebSocketOptions.Section}:TlsPort needs a certificate: set {ListenTlsOptions.Section}:CertificateFile.");
        }

        ways.Add(new WayIn("wss", secure));
        return ways;
    }

    private WebApplication Build(IPAddress address, IReadOnlyList<WayIn> ways)
    {
        var certificates = tls.Value.CertificateFile is null ? null : ListenCertificates.Load(tls.Value);
        var loginTime = TimeSpan.FromSeconds(door.Limits.ConnectSeconds);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(door);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
            kestrel.AddServerHeader = false;

            // Over WebSocket a login takes a request first, and the time for it is the same.
            kestrel.Limits.RequestHeadersTimeout = loginTime;
            kestrel.Limits.KeepAliveTimeout = loginTime;
            foreach (var way in ways)
            {
                kestrel.Listen(address, way.Port, listen =>
                {
                    way.Bound = listen;
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next => connection => AdmitAsync(connection, next));
                    if (way.IsSecure) listen.UseHttps(certificates!.Handshake(loginTime, way.IsWebSocket ? "http/1.1" : SubProtocol));
                    if (!way.IsWebSocket) listen.UseConnectionHandler<DeviceConnectionHandler>();
                });
            }
        });
        UseTransport(builder);
        var built = builder.Build();
        built.UseWebSockets();
        built.Run(ServeWebSocketAsync);
        return built;
    }

    /// <summary>
    /// Who reads the sockets. What runs on a transport's threads here never waits for anything: it hands messages to the journal, or bytes to the socket.
    /// </summary>
    private static void UseTransport(WebApplicationBuilder builder)
    {
        if (OperatingSystem.IsLinux())
        {
            builder.Services.AddSingleton<IConnectionListenerFactory>(_ => new LoopTransport(Backlog));
            return;
        }

        builder.WebHost.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            sockets.MaxReadBufferSize = TransportBytes;
            sockets.MaxWriteBufferSize = TransportBytes;
            sockets.Backlog = Backlog;
        });
    }

    /// <summary>Gives a connection its place before anything is read of it, and takes it back when it is over.</summary>
    private async Task AdmitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (door.Admit(address) is not { } admission) return;
        connection.Items[typeof(Admission)] = admission;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            door.Leave(admission);
        }
    }

    /// <summary>[MQTT-6.0.0-3]: the client must offer the sub-protocol, and gets it [MQTT-6.0.0-4].</summary>
    private async Task ServeWebSocketAsync(HttpContext context)
    {
        if (context.Request.Path != WebSocketPath || !context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
        {
            context.Response.StatusCode = context.Request.Path == WebSocketPath ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound;
            await context.Response.WriteAsync($"MQTT over WebSocket is at {WebSocketPath}, with the sub-protocol \"{SubProtocol}\".\n", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol).ConfigureAwait(false);
        var transport = new WebSocketTransport(socket);
        var carrying = transport.RunAsync();
        var certificate = await context.Connection.GetClientCertificateAsync(context.RequestAborted).ConfigureAwait(false);
        var admission = (Admission)context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items[typeof(Admission)]!;
        await door.ServeAsync(transport, admission, certificate, socket.Abort).ConfigureAwait(false);
        await transport.Output.CompleteAsync().ConfigureAwait(false);
        await carrying.ConfigureAwait(false);
    }

    [LoggerMessage(2000, LogLevel.Information, "Devices connect to {Scheme}://{Address}:{Port}")]
    private partial void LogListening(string scheme, IPAddress address, int port);

    /// <summary>One port.</summary>
    private sealed class WayIn(string scheme, int port)
    {
        public string Scheme { get; } = scheme;

        public int Port { get; } = port;

        public bool IsSecure => Scheme is "mqtts" or "wss";

        public bool IsWebSocket => Scheme is "ws" or "wss";

        /// <summary>What Kestrel made of it, with the port that it took.</summary>
        public Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions? Bound { get; set; }
    }
}
