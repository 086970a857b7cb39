using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>The ports for TLS and WebSocket, on a Kestrel of their own, and that for plain TCP where there is no <see cref="PlainPort"/>.</summary>
internal sealed class KestrelPorts : IAsyncDisposable
{
    private const string WebSocketPath = "/mqtt";
    private const string SubProtocol = "mqtt";

    /// <summary>
    /// Bytes that Kestrel's own transport reads ahead of a connection's packets, and writes ahead of a client that does not read. A larger packet passes all
    /// the same: what has been looked at does not count.
    /// </summary>
    private const int TransportBytes = 64 * 1024;

    private readonly DeviceDoor door;
    private readonly List<(WayIn Way, KestrelListenOptions Listen)> opened = [];
    private readonly WebApplication host;

    /// <param name="certificates">Null when no way is secure.</param>
    /// <param name="transport">Who reads the sockets; null for Kestrel's own transport.</param>
    public KestrelPorts(DeviceDoor door, IReadOnlyList<WayIn> ways, ListenCertificates? certificates, IConnectionListenerFactory? transport)
    {
        this.door = door;
        var loginTime = TimeSpan.FromSeconds(door.Limits.ConnectSeconds);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(door);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Over WebSocket a login takes a request first, and the time for it is the same.
            kestrel.Limits.RequestHeadersTimeout = loginTime;
            kestrel.Limits.KeepAliveTimeout = loginTime;
            foreach (var way in ways)
            {
                kestrel.Listen(way.Wanted, listen =>
                {
                    opened.Add((way, listen));
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next => connection => AdmitAsync(connection, next));
                    if (way.IsSecure) listen.UseHttps(certificates!.Handshake(loginTime, way.IsWebSocket ? "http/1.1" : SubProtocol));
                    if (!way.IsWebSocket) listen.UseConnectionHandler<DeviceConnectionHandler>();
                });
            }
        });
        if (transport is null) UseSockets(builder);
        else builder.Services.AddSingleton(transport);
        host = builder.Build();
        host.UseWebSockets();
        host.Run(ServeWebSocketAsync);
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        await host.StartAsync(cancellation).ConfigureAwait(false);
        foreach (var (way, listen) in opened) way.Bound = listen.IPEndPoint!;
    }

    public Task StopAsync(CancellationToken cancellation) => host.StopAsync(cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    /// <summary>What runs on a transport's threads here never waits for anything: it hands messages to the journal, or bytes to the socket.</summary>
    private static void UseSockets(WebApplicationBuilder builder) => builder.WebHost.UseSockets(sockets =>
    {
        sockets.UnsafePreferInlineScheduling = true;
        sockets.MaxReadBufferSize = TransportBytes;
        sockets.MaxWriteBufferSize = TransportBytes;
        sockets.Backlog = ListenEndpoint.Backlog;
    });

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
        await door.ServeAsync(transport, admission, certificate).ConfigureAwait(false);
        await transport.Output.CompleteAsync().ConfigureAwait(false);
        await carrying.ConfigureAwait(false);
    }
}
