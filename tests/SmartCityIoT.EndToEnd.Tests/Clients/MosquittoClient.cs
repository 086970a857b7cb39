using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>
/// mosquitto's own programs: <c>mosquitto_sub</c> where something is subscribed, else one <c>mosquitto_pub</c> for each message. Their debug lines say what
/// happens on the wire.
/// </summary>
internal sealed partial class MosquittoClient : DeviceClient
{
    private const string Install = "apt-get install -y mosquitto-clients";

    private readonly ClientLogin login;
    private readonly StringBuilder said = new();
    private readonly Process? listening;
    private ClientEvent? arriving;
    private bool isConnected;
    private int closeCode;
    private int published;

    public MosquittoClient(ClientLogin login)
    {
        this.login = login;
        if (login.Subscribe is null) return;
        listening = Start("mosquitto_sub", "-t", login.Subscribe, "-q", "1", "-F", "payload %x");
        listening.OutputDataReceived += (_, line) => Take(line.Data);
        listening.ErrorDataReceived += (_, line) => Keep(line.Data);
        listening.BeginOutputReadLine();
        listening.BeginErrorReadLine();
    }

    protected override string Said
    {
        get
        {
            lock (said) return said.ToString();
        }
    }

    public override async Task PublishAsync(string topic, int qos, ReadOnlyMemory<byte> payload, bool isRetained = false)
    {
        published++;
        using var process = Start("mosquitto_pub", ["-t", topic, "-q", qos.ToString(CultureInfo.InvariantCulture), "-s", .. isRetained ? new[] { "-r" } : []]);
        await process.StandardInput.BaseStream.WriteAsync(payload);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        Keep(output + await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (ConnectAnswer().Match(output) is { Success: true } answer && Code(answer) != 0) Note(new ClientEvent("refused", Code: Code(answer)));
        else if (PublishAnswer().Match(output) is { Success: true } last) Note(new ClientEvent("published", published, Code(last)));
        else if (qos == 0 && process.ExitCode == 0) Note(new ClientEvent("published", published));
        else Note(new ClientEvent("closed"));
    }

    public override async Task LeaveAsync()
    {
        if (listening is null) return;
        using (var terminate = Process.Start("kill", ["-TERM", listening.Id.ToString(CultureInfo.InvariantCulture)])) await terminate.WaitForExitAsync();
        await listening.WaitForExitAsync();
    }

    public override async Task BreakAsync()
    {
        if (listening is null) return;
        listening.Kill();
        await listening.WaitForExitAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await BreakAsync();
        listening?.Dispose();
    }

    [GeneratedRegex(@"received CONNACK \((?<code>\d+)\)")]
    private static partial Regex ConnectAnswer();

    [GeneratedRegex(@"received (?:PUBACK|PUBCOMP) \(Mid: \d+, RC:(?<code>\d+)\)")]
    private static partial Regex PublishAnswer();

    [GeneratedRegex(@"^Subscribed \(mid: \d+\): (?<code>\d+)")]
    private static partial Regex SubscribeAnswer();

    [GeneratedRegex(@"received PUBLISH \(d(?<dup>\d), q(?<qos>\d), r(?<retain>\d), m\d+, '(?<topic>[^']*)'")]
    private static partial Regex Message();

    [GeneratedRegex(@"Received DISCONNECT \((?<code>\d+)\)")]
    private static partial Regex Goodbye();

    private static int Code(Match match) => int.Parse(match.Groups["code"].Value, CultureInfo.InvariantCulture);

    private Process Start(string program, params string[] arguments)
    {
        var path = ServerPrograms.Require(program, Install);
        List<string> all =
        [
            "-oL", path, "-d", "-h", "127.0.0.1", "-p", login.Port.ToString(CultureInfo.InvariantCulture), "-V", login.IsVersion5 ? "mqttv5" : "mqttv311", "-i", login.ClientId,
        ];
        if (login.User is not null) all.AddRange(["-u", login.User, "-P", login.Secret!]);
        if (login.AuthorityFile is not null) all.AddRange(["--cafile", login.AuthorityFile]);
        if (login.CertificateFile is not null) all.AddRange(["--cert", login.CertificateFile, "--key", login.KeyFile!]);
        if (login.WillTopic is not null) all.AddRange(["--will-topic", login.WillTopic, "--will-payload", "0", "--will-qos", "1", "--will-retain"]);
        if (!login.IsClean) all.Add("-c");
        if (!login.IsClean && login.IsVersion5) all.AddRange(["-x", ClientLogin.SessionExpirySeconds.ToString(CultureInfo.InvariantCulture)]);

        // stdbuf lets each line out as it is written.
        return Process.Start(new ProcessStartInfo("stdbuf", [.. all, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private void Keep(string? line)
    {
        lock (said) said.AppendLine(line);
    }

    private void Take(string? line)
    {
        Keep(line);
        if (line is null) Close();
        else if (ConnectAnswer().Match(line) is { Success: true } answer) TakeConnectAnswer(Code(answer));
        else if (SubscribeAnswer().Match(line) is { Success: true } granted) Note(new ClientEvent("subscribed", Code: Code(granted)));
        else if (Goodbye().Match(line) is { Success: true } goodbye) closeCode = Code(goodbye);
        else if (isConnected && line.EndsWith("sending CONNECT", StringComparison.Ordinal)) Close();
        else if (Message().Match(line) is { Success: true } message) arriving = Arriving(message.Groups);
        else if (line.StartsWith("payload ", StringComparison.Ordinal)) Note(arriving! with { Payload = line["payload ".Length..] });
    }

    private void TakeConnectAnswer(int code)
    {
        isConnected = code == 0;
        Note(isConnected ? new ClientEvent("connected") : new ClientEvent("refused", Code: code));
    }

    /// <summary>The connection has ended, or the program makes its next one, which is not wanted.</summary>
    private void Close()
    {
        if (isConnected) Note(new ClientEvent("closed", Code: closeCode));
        isConnected = false;
        NoteEnd();
        if (!listening!.HasExited) listening.Kill();
    }

    private static ClientEvent Arriving(GroupCollection found) => new(
        "message", Topic: found["topic"].Value, Qos: int.Parse(found["qos"].Value, CultureInfo.InvariantCulture), Retain: found["retain"].Value == "1", Dup: found["dup"].Value == "1");
}
