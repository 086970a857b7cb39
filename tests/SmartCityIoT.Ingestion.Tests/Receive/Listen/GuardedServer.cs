using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.AspNetCore;
using SmartCityIoT.Ingestion.Receive.Listen;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>A real Kestrel with the guard in front of a real MQTTnet server, on a free loopback port.</summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    /// <summary>Collection of the tests that refuse connections: the counter of refusals is one for the process.</summary>
    public const string OneAtATime = "refusals";

    private readonly WebApplication app;
    private readonly MeterListener meter = new();
    private readonly List<string> refused = [];

    private GuardedServer(PacketGuardOptions options, TimeProvider time)
    {
        Guard = new PacketGuard(options, time, NullLogger<PacketGuard>.Instance);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddHostedMqttServer(server => server.WithoutDefaultEndpoint());
        builder.Services.AddMqttConnectionHandler();
        builder.Services.AddConnections();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            // Counts what the server behind the guard is running, to see that its task ends.
            endpoint.UsePacketGuard(Guard).Use(next => async connection =>
            {
                Interlocked.Increment(ref handlers);
                try
                {
                    await next(connection);
                }
                finally
                {
                    Interlocked.Decrement(ref handlers);
                    Interlocked.Increment(ref ended);
                }
            });
            endpoint.UseMqtt();
        }));
        app = builder.Build();
        app.UseMqttServer(server => server.InterceptingPublishAsync += publish =>
        {
            lock (Published)
                Published.Add(publish.ApplicationMessage.Topic + "=" + publish.ApplicationMessage.ConvertPayloadToString());
            publish.ProcessPublish = false;
            return Task.CompletedTask;
        });
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "smartcity.listen.refused")
                listener.EnableMeasurementEvents(instrument);
        };
        meter.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (refused)
                refused.Add((string)tags[0].Value!);
        });
        meter.Start();
    }

    private int handlers;
    private int ended;

    public PacketGuard Guard { get; }

    public int Port { get; private set; }

    public List<string> Published { get; } = [];

    /// <summary>Handlers of the server that have not ended.</summary>
    public int Handlers => Volatile.Read(ref handlers);

    public int EndedHandlers => Volatile.Read(ref ended);

    public string[] Refused
    {
        get
        {
            lock (refused)
                return [.. refused];
        }
    }

    public static async Task<GuardedServer> StartAsync(PacketGuardOptions? options = null, TimeProvider? time = null)
    {
        GuardedServer server = new(options ?? new PacketGuardOptions(), time ?? TimeProvider.System);
        await server.app.StartAsync();
        IServerAddressesFeature addresses = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Port = new Uri(addresses.Addresses.Single()).Port;
        return server;
    }

    public async Task<Socket> ConnectAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return socket;
    }

    /// <summary>Reads until the server has closed; the bytes that came before.</summary>
    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        List<byte> bytes = [];
        byte[] buffer = new byte[4_096];
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer, limit.Token)) > 0;)
            {
                bytes.AddRange(buffer[..read]);
            }
        }
        catch (SocketException)
        {
            // A reset is a close too.
        }

        return [.. bytes];
    }

    public static async Task Until(Func<bool> holds, string what)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"never happened: {what}");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await app.DisposeAsync();
    }
}
