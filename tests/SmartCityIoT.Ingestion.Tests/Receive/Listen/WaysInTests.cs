using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>TLS, WebSocket and certificates of devices, with a client of others.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class WaysInTests : IDisposable
{
    private readonly string folder = IngestHost.NewFolder();
    private readonly ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 authority;

    public WaysInTests()
    {
        var request = new CertificateRequest("CN=test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = Issue("localhost", "1.3.6.1.5.5.7.3.1", key);
        File.WriteAllText(CertificateFile, own.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private string AuthorityFile => Path.Combine(folder, "ca.pem");

    private string CertificateFile => Path.Combine(folder, "server.pem");

    private string KeyFile => Path.Combine(folder, "server.key.pem");

    public void Dispose()
    {
        authority.Dispose();
        authorityKey.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("mqtt", MqttProtocolVersion.V311)]
    [InlineData("mqtts", MqttProtocolVersion.V311)]
    [InlineData("mqtts", MqttProtocolVersion.V500)]
    [InlineData("ws", MqttProtocolVersion.V311)]
    [InlineData("ws", MqttProtocolVersion.V500)]
    [InlineData("wss", MqttProtocolVersion.V500)]
    public async Task A_client_of_others_comes_in_publishes_and_hears_itself(string scheme, MqttProtocolVersion version)
    {
        await using var host = await StartAsync();
        var secret = await host.AddAsync(Samples.DeviceA);
        using var client = new MqttClientFactory().CreateMqttClient();
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += message =>
        {
            heard.TrySetResult(message.ApplicationMessage.ConvertPayloadToString());
            return Task.CompletedTask;
        };
        await client.ConnectAsync(Options(host, scheme).WithProtocolVersion(version).WithCredentials(Id, Encoding.UTF8.GetBytes(secret)).Build());
        await client.SubscribeAsync(Root + "status", MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.True((await client.PublishStringAsync(Root + "status", "1", MqttQualityOfServiceLevel.AtLeastOnce, retain: true)).IsSuccess);
        Assert.Equal("1", await heard.Task.WaitAsync(TimeSpan.FromSeconds(30)));

        // Larger than a frame of any of the ways in.
        Assert.True((await client.PublishBinaryAsync(Root + "up/9", new byte[60_000], MqttQualityOfServiceLevel.ExactlyOnce)).IsSuccess);
        await Task.WhenAll(Enumerable.Range(1, 200).Select(at =>
            client.PublishBinaryAsync(Root + "up", Samples.Pressure(Samples.DeviceA, (ushort)at, IngestHost.Now), MqttQualityOfServiceLevel.AtLeastOnce)));
        await client.DisconnectAsync();
        Assert.Equal(202, host.Journal.Head);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_certificate_that_names_the_device_takes_the_place_of_its_secret(SslProtocols protocol)
    {
        await using var host = await StartAsync();
        await host.AddAsync(Samples.DeviceA);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = Issue(Id, "1.3.6.1.5.5.7.3.2", key);
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Options(host, "mqtts", protocol, own).Build());
        Assert.True((await client.PublishBinaryAsync(Root + "up", Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), MqttQualityOfServiceLevel.AtLeastOnce)).IsSuccess);
        await host.Registry.RetireAsync(Samples.DeviceA, "test", CancellationToken.None);
        await Eventually.Until(() => !client.IsConnected, "the retired device is closed");
    }

    [Theory]
    [InlineData("70b3d57ed00010ff", true)] // a device that is not provisioned
    [InlineData("somebody", true)]
    [InlineData(null, false)] // signed by nobody whom the platform believes
    public async Task A_certificate_that_leads_nowhere_is_refused(string? name, bool isOfAuthority)
    {
        await using var host = await StartAsync();
        await host.AddAsync(Samples.DeviceA);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = isOfAuthority ? Issue(name!, "1.3.6.1.5.5.7.3.2", key) : Stranger(key);
        using var client = new MqttClientFactory().CreateMqttClient();
        var connecting = client.ConnectAsync(Options(host, "mqtts", SslProtocols.Tls13, own).Build());
        if (isOfAuthority) Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await connecting).ResultCode);
        else await Assert.ThrowsAnyAsync<Exception>(() => connecting);
        Assert.False(client.IsConnected);
    }

    [Fact]
    public async Task A_handshake_that_is_never_finished_is_closed()
    {
        await using var host = await StartAsync(("SmartCity:Mqtt:Listen:ConnectSeconds", "0.5"));
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(EndpointOf(host, "mqtts"));
        await silent.SendAsync((byte[])[0x16, 3, 1, 2, 0]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(0, await silent.ReceiveAsync(new byte[16], limit.Token));
    }

    [Theory]
    [InlineData("/other", "mqtt")]
    [InlineData("/mqtt", "chat")]
    public async Task A_web_socket_that_is_not_ours_is_not_opened(string path, string protocol)
    {
        await using var host = await StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{EndpointOf(host, "ws")}{path}"), CancellationToken.None));
    }

    [Fact]
    public async Task A_text_frame_ends_the_connection()
    {
        await using var host = await StartAsync();
        var secret = await host.AddAsync(Samples.DeviceA);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri($"ws://{EndpointOf(host, "ws")}/mqtt"), CancellationToken.None);
        await socket.SendAsync(Wire.Connect(Wire.V311, "c", Id, secret), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[64];
        Assert.Equal(4, (await socket.ReceiveAsync(buffer, CancellationToken.None)).Count);
        await socket.SendAsync(Wire.Ping, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, limit.Token)).MessageType);
    }

    // What comes before MQTT, a handshake or a request, is no time or place that a stranger gets besides.
    [Theory]
    [InlineData("mqtt")]
    [InlineData("mqtts")]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task Strangers_are_bounded_in_number_and_time_from_their_first_moment_whichever_way_they_come(string scheme)
    {
        await using var host = await StartAsync(("SmartCity:Mqtt:Listen:MaxConnectionsBeforeLogin", "3"), ("SmartCity:Mqtt:Listen:ConnectSeconds", "2"));
        using var refusals = new Refusals();
        var strangers = new List<RawDevice>();
        for (var i = 0; i < 3; i++) strangers.Add(await RawDevice.ConnectAsync(EndpointOf(host, scheme)));
        await Eventually.Until(() => host.Door.BeforeLogin == 3, "three strangers at the door");
        using var more = await RawDevice.ConnectAsync(EndpointOf(host, scheme));
        Assert.Empty(await more.ReadToEndAsync());
        Assert.Equal(["too-many-before-login"], refusals.Reasons);
        foreach (var stranger in strangers)
        {
            // A request that does not come is told so in HTTP's words.
            await stranger.ReadToEndAsync();
            stranger.Dispose();
        }

        await Eventually.Until(() => host.Door is { BeforeLogin: 0, Connections: 0 }, "nobody");
    }

    [Fact]
    public async Task All_ways_in_share_the_number_of_connections()
    {
        string[] ways = ["mqtt", "mqtts", "ws", "wss"];
        await using var host = await StartAsync(("SmartCity:Mqtt:Listen:MaxConnections", "4"));
        var secret = await host.AddAsync(Samples.DeviceA);
        using var refusals = new Refusals();
        var open = new List<RawDevice>();
        foreach (var scheme in ways) open.Add(await RawDevice.ConnectAsync(EndpointOf(host, scheme)));
        await Eventually.Until(() => host.Door.BeforeLogin == 4, "one connection each way");
        foreach (var scheme in ways)
        {
            using var more = await RawDevice.ConnectAsync(EndpointOf(host, scheme));
            Assert.Empty(await more.ReadToEndAsync());
        }

        Assert.Equal(["too-many", "too-many", "too-many", "too-many"], refusals.Reasons);

        // A place is free when one leaves, whichever way it had come.
        open[1].Dispose();
        await Eventually.Until(() => host.Door.BeforeLogin == 3, "a free place");
        using var again = new RawDevice();
        Assert.Equal(0, await again.LogInAsync(EndpointOf(host, "mqtt"), "a", Id, secret));
        foreach (var one in open) one.Dispose();
    }

    [Fact]
    public async Task A_certificate_file_that_cannot_be_read_is_one_clear_line()
    {
        var problem = await Assert.ThrowsAsync<EndpointUnavailableException>(
            () => IngestHost.StartAsync(folder, ("SmartCity:Mqtt:Listen:Tls:CertificateFile", Path.Combine(folder, "none.pem"))));
        Assert.Contains("SmartCity:Mqtt:Listen:Tls:CertificateFile", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    private static string Id => DeviceId.Format(Samples.DeviceA);

    private static string Root => $"sc/v1/{Id[^2..]}/{Id}/";

    private static IPEndPoint EndpointOf(IngestHost host, string scheme) => host.Platform.DeviceEndpoints.Single(way => way.Scheme == scheme).Endpoint;

    private static MqttClientOptionsBuilder Options(IngestHost host, string scheme, SslProtocols protocol = SslProtocols.None, X509Certificate2? own = null)
    {
        var endpoint = EndpointOf(host, scheme);
        var options = new MqttClientOptionsBuilder().WithClientId("client").WithTimeout(TimeSpan.FromSeconds(30));
        options = scheme is "ws" or "wss"
            ? options.WithWebSocketServer(web => web.WithUri($"{scheme}://{endpoint}/mqtt"))
            : options.WithTcpServer(endpoint.Address.ToString(), endpoint.Port);
        return scheme is "mqtt" or "ws" ? options : options.WithTlsOptions(tls =>
        {
            tls.UseTls().WithSslProtocols(protocol).WithCertificateValidationHandler(_ => true);
            if (own is not null) tls.WithClientCertificates([own]);
        });
    }

    private Task<IngestHost> StartAsync(params (string, string)[] more) => IngestHost.StartAsync(
        folder,
        [
            ("SmartCity:Mqtt:Listen:Tls:Port", "0"), ("SmartCity:Mqtt:Listen:Tls:CertificateFile", CertificateFile), ("SmartCity:Mqtt:Listen:Tls:KeyFile", KeyFile),
            ("SmartCity:Mqtt:Listen:Tls:ClientCaFile", AuthorityFile), ("SmartCity:Mqtt:Listen:WebSocket:Port", "0"), ("SmartCity:Mqtt:Listen:WebSocket:TlsPort", "0"),
            .. more,
        ]);

    private X509Certificate2 Issue(string name, string usage, ECDsa key)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Stranger(ECDsa key) =>
        new CertificateRequest("CN=" + Id, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12));
}
