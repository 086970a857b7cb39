using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Everything that the connections of devices share, whichever way they came in: limits, sessions, the way into the journal and back.
/// </summary>
internal sealed partial class DeviceDoor : IAsyncDisposable
{
    /// <summary>How often the connections are looked through for what is overdue.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Time for connections to be acknowledged what they have sent when the platform stops.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly List<DeviceConnection> connections = [];
    private readonly List<DeviceConnection> looked = [];
    private readonly AddressBook addresses;
    private readonly DeviceDirectory directory;
    private readonly WillPublisher wills;
    private readonly ILogger<DeviceDoor> logger;
    private readonly AcknowledgementLane[] lanes;
    private readonly ITimer look;
    private int lastLane;
    private int isLooking;
    private int admitted;
    private int beforeLogin;
    private bool isStopping;

    public DeviceDoor(
        ListenLimitOptions limits,
        MessageJournal journal,
        CredentialVerifier credentials,
        DeviceDirectory directory,
        DeviceRegistry registry,
        WillPublisher wills,
        RetainedMessages retained,
        DownlinkCourier courier,
        TimeProvider time,
        ILogger<DeviceDoor> logger)
    {
        this.directory = directory;
        this.wills = wills;
        this.logger = logger;
        Limits = limits;
        Time = time;
        Credentials = credentials;
        Registry = registry;
        Retained = retained;
        Journal = journal.CreateBatchAppender();
        Room = new JournalRoom(Journal);
        Logins = new LoginGate(limits, time);
        Sessions = new SessionBook(limits, time, wills);
        Courier = courier;
        addresses = new AddressBook(limits, time);

        // A lane sends for thousands of connections; more of them than half the processors would only take turns.
        lanes = [.. Enumerable.Range(1, Math.Clamp(Environment.ProcessorCount / 2, 1, 8)).Select(number => new AcknowledgementLane(journal.CreateBatchAppender(), number))];
        directory.Changed += LookForRevoked;
        look = time.CreateTimer(static door => ((DeviceDoor)door!).LookThrough(), this, LookInterval, LookInterval);
    }

    public ListenLimitOptions Limits { get; }

    public TimeProvider Time { get; }

    public CredentialVerifier Credentials { get; }

    public DeviceRegistry Registry { get; }

    public JournalBatchAppender Journal { get; }

    public JournalRoom Room { get; }

    public LoginGate Logins { get; }

    public SessionBook Sessions { get; }

    public RetainedMessages Retained { get; }

    public DownlinkCourier Courier { get; }

    public int Connections
    {
        get
        {
            lock (gate) return connections.Count;
        }
    }

    /// <summary>Connections that have not logged in.</summary>
    public int BeforeLogin => Volatile.Read(ref beforeLogin);

    /// <summary>A place for a connection that was accepted, whatever comes of it; null when there is none, and it is to be closed.</summary>
    /// <returns>To be given back with <see cref="Leave"/> when the connection is over.</returns>
    public Admission? Admit(IPAddress address)
    {
        if (Volatile.Read(ref isStopping)) return null;
        var number = Interlocked.Increment(ref admitted);
        if (Interlocked.Increment(ref beforeLogin) > Limits.MaxConnectionsBeforeLogin)
        {
            Refused(address, RefusalReason.TooManyBeforeLogin);
        }
        else if (number > Limits.MaxConnections)
        {
            Refused(address, RefusalReason.TooMany);
        }
        else if (addresses.TryEnter(address, out var share))
        {
            return new Admission(share, Time.GetTimestamp());
        }
        else
        {
            Refused(address, RefusalReason.TooManyOfAddress);
        }

        Interlocked.Decrement(ref beforeLogin);
        Interlocked.Decrement(ref admitted);
        return null;
    }

    public void Leave(Admission admission)
    {
        addresses.Leave(admission.Address);
        Interlocked.Decrement(ref admitted);
        if (!admission.IsLoggedIn) Interlocked.Decrement(ref beforeLogin);
    }

    /// <summary>Serves one connection to its end.</summary>
    /// <param name="certificate">What TLS has proved of the client, or null.</param>
    public Task ServeAsync(IDeviceTransport transport, Admission admission, X509Certificate2? certificate)
    {
        var connection = new DeviceConnection(this, transport, certificate, admission);
        lock (gate)
        {
            connection.ListIndex = connections.Count;
            connections.Add(connection);
        }

        return connection.RunAsync();
    }

    /// <summary>A connection is over.</summary>
    public void Remove(DeviceConnection connection)
    {
        lock (gate)
        {
            var last = connections[^1];
            connections[connection.ListIndex] = last;
            last.ListIndex = connection.ListIndex;
            connections.RemoveAt(connections.Count - 1);
        }
    }

    /// <summary>A connection cannot go on, and it is no fault of the client's.</summary>
    public void Report(DeviceConnection connection, Exception defect) =>
        LogDefect(defect, connection.Account?.Name ?? connection.Admission.Address.Address.ToString());

    /// <summary>The lane that answers a connection, each in turn.</summary>
    public AcknowledgementLane LaneFor(DeviceConnection connection) => lanes[(uint)Interlocked.Increment(ref lastLane) % (uint)lanes.Length];

    public void LoggedIn(DeviceConnection connection)
    {
        connection.Admission.IsLoggedIn = true;
        Interlocked.Decrement(ref beforeLogin);
        if (Volatile.Read(ref isStopping)) connection.Stop();
    }

    public void Refused(IPAddress address, string reason)
    {
        IngestionMeter.CountRefused(reason);
        LogRefused(address, reason);
    }

    /// <summary>Reads no more, acknowledges what was taken, and says goodbye to all. The door stays shut.</summary>
    public async Task StopAsync()
    {
        wills.IsStopped = true;
        Volatile.Write(ref isStopping, true);
        foreach (var connection in Copy()) connection.Stop();
        var since = Time.GetTimestamp();
        while (Connections > 0 && Time.GetElapsedTime(since) < StopLimit) await Task.Delay(10, CancellationToken.None).ConfigureAwait(false);
        foreach (var connection in Copy()) connection.Abort(reason: null);
    }

    public async ValueTask DisposeAsync()
    {
        directory.Changed -= LookForRevoked;
        await look.DisposeAsync().ConfigureAwait(false);
        foreach (var lane in lanes) lane.Dispose();
    }

    private DeviceConnection[] Copy()
    {
        lock (gate) return [.. connections];
    }

    private void LookThrough()
    {
        // A timer does not wait for its last call.
        if (Interlocked.Exchange(ref isLooking, 1) != 0) return;
        lock (gate) looked.AddRange(connections);
        foreach (var connection in looked) connection.Tick();
        looked.Clear();
        Sessions.Tick();
        Volatile.Write(ref isLooking, 0);
    }

    private void LookForRevoked(DeviceDirectoryChange change)
    {
        foreach (var device in change.Devices) Sessions.Find(Telemetry.DeviceId.Format(device))?.EndIfRevoked();
        foreach (var gateway in change.Gateways) Sessions.Find(gateway)?.EndIfRevoked();

        // What it may no longer do is in its subscriptions, its will and what it has in flight: it begins anew with what it may.
        foreach (var gateway in change.Shortened) Sessions.Find(gateway)?.End(Mqtt.ReasonCode.AdministrativeAction, RefusalReason.Revoked);
    }

    // Anyone who reaches the port can cause this line: it stays below what is written by default, the counter tells.
    [LoggerMessage(2020, LogLevel.Debug, "Refused {Remote}: {Reason}")]
    private partial void LogRefused(IPAddress remote, string reason);

    [LoggerMessage(2021, LogLevel.Error, "The connection of {Client} ended by a defect; what it sent is not acknowledged")]
    private partial void LogDefect(Exception defect, string client);
}
