using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Opens the ports of the door for devices, apart from those of HTTP, so that they are bound, limited and stopped apart. Every way in leads to
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
    /// <summary>Connections that wait to be accepted, as far as the system lets them: a district may come back at once.</summary>
    public const int Backlog = 8_192;

    private readonly ListenOptions options = options.Value;
    private LoopTransport? transport;
    private PlainPort? plain;
    private KestrelPorts? kestrel;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled) return;
        if (!IPAddress.TryParse(options.Address, out var address))
        {
            throw new EndpointUnavailableException($"{ListenOptions.Section}:Address is \"{options.Address}\", which is not an IP address. Write 127.0.0.1, 0.0.0.0 or ::.");
        }

        var ways = Ways(address);
        try
        {
            await OpenAsync(ways, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or SocketException or AddressInUseException)
        {
            throw new EndpointUnavailableException(
                $"Cannot listen for MQTT on {string.Join(", ", ways.Select(way => way.Wanted))}: {problem.InnerException?.Message ?? problem.Message}. Stop what holds the port, or set {ListenOptions.Section}:Port.", problem);
        }

        foreach (var way in ways) LogListening(way.Scheme, address, way.Bound.Port);
        platform.DeviceEndpoint = ways.Find(way => way.Scheme == "mqtt") is { } found ? new IPEndPoint(address, found.Bound.Port) : null;
        platform.DeviceEndpoints = [.. ways.Select(way => new DeviceAddress(way.Scheme, new IPEndPoint(address, way.Bound.Port)))];
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (plain is null && kestrel is null) return;
        await door.StopAsync().ConfigureAwait(false);
        if (plain is not null) await plain.StopAsync(cancellationToken).ConfigureAwait(false);
        if (kestrel is not null) await kestrel.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (plain is not null) await plain.DisposeAsync().ConfigureAwait(false);
        if (kestrel is not null) await kestrel.DisposeAsync().ConfigureAwait(false);
        transport?.Dispose();
    }

    /// <summary>The ports that the options ask for.</summary>
    private List<WayIn> Ways(IPAddress address)
    {
        List<WayIn> ways = [];
        if (options.Port >= 0) Add("mqtt", options.Port);
        if (tls.Value.CertificateFile is not null) Add("mqtts", tls.Value.Port);
        if (webSocket.Value.Port is { } open) Add("ws", open);
        if (webSocket.Value.TlsPort is not { } secure) return ways;
        if (tls.Value.CertificateFile is null)
        {
            throw new EndpointUnavailableException($"{ListenWebSocketOptions.Section}:TlsPort needs a certificate: set {ListenTlsOptions.Section}:CertificateFile.");
        }

        Add("wss", secure);
        return ways;

        void Add(string scheme, int port) => ways.Add(new WayIn(scheme, new IPEndPoint(address, port)));
    }

    private async Task OpenAsync(List<WayIn> ways, CancellationToken cancellation)
    {
        var certificates = tls.Value.CertificateFile is null ? null : ListenCertificates.Load(tls.Value);
        if (OperatingSystem.IsLinux()) transport = new LoopTransport(Backlog);
        var own = transport is null ? null : ways.Find(way => way.Scheme == "mqtt");
        if (own is not null)
        {
            var listener = transport!.Bind(own.Wanted);
            own.Bound = (IPEndPoint)listener.EndPoint;
            plain = new PlainPort(listener, door, logger);
        }

        var others = ways.FindAll(way => way != own);
        if (others.Count == 0) return;
        kestrel = new KestrelPorts(door, others, certificates, transport);
        await kestrel.StartAsync(cancellation).ConfigureAwait(false);
    }

    [LoggerMessage(2000, LogLevel.Information, "Devices connect to {Scheme}://{Address}:{Port}")]
    private partial void LogListening(string scheme, IPAddress address, int port);
}
