using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Journal;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// One client from its first byte to its last: CONNECT, then packets in their order. The answers to its messages belong to it alone and end with it.
/// <code>
///  transport ──▶ packets ──▶ journal, many messages under one lock ──▶ lane waits for the commit ──▶ Acknowledge ──▶ output ──▶ transport
/// </code>
/// The read loop waits while the journal has no room, the client has too much under way or over its rate, or does not read its answers: then the transport
/// fills up. PINGREQ is answered meanwhile.
/// </summary>
internal sealed partial class DeviceConnection : ICommandCarrier
{
    private readonly DeviceDoor door;
    private readonly IDeviceTransport transport;
    private readonly ListenLimitOptions limits;
    private readonly PipeReader input;
    private readonly ConnectionOutput output;
    private readonly X509Certificate2? certificate;
    private readonly AddressShare address;
    private ProtocolVersion version = ProtocolVersion.V311;
    private Account? account;
    private DeviceSession? session;
    private TaskCompletionSource? over;
    private long lastReceived;
    private volatile bool isOver;
    private volatile bool isStopping;

    public DeviceConnection(DeviceDoor door, IDeviceTransport transport, X509Certificate2? certificate, Admission admission)
    {
        this.door = door;
        this.transport = transport;
        this.certificate = certificate;
        Admission = admission;
        address = admission.Address;
        limits = door.Limits;
        input = transport.Input;
        output = new ConnectionOutput(transport.Output, door.Time, this);
        lastReceived = door.Time.GetTimestamp();
        lane = door.LaneFor(this);
    }

    /// <summary>Where it stands in the door's list.</summary>
    public int ListIndex { get; set; } = -1;

    public Admission Admission { get; }

    public bool IsLoggedIn => account is not null;

    /// <summary>Who it is, once it has logged in.</summary>
    public Account? Account => account;

    public DeviceSession? Session => session;

    /// <summary>Runs the connection to its end.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (await LogInAsync().ConfigureAwait(false)) await ServeAsync().ConfigureAwait(false);
        }
        catch (Exception found) when (found is IOException or SocketException or OperationCanceledException or ObjectDisposedException or JournalFailedException)
        {
            // The link broke, or the journal is closing: what is not acknowledged the client sends again.
        }
        catch (Exception defect)
        {
            door.Report(this, defect);
            transport.Abort();
        }

        try
        {
            Close();
        }
        finally
        {
            door.Remove(this);
        }
    }

    /// <summary>Looks whether it keeps its times. Called every so often by one thread.</summary>
    public void Tick()
    {
        var time = door.Time;
        pending.Trim();
        if (!IsLoggedIn)
        {
            if (time.GetElapsedTime(Admission.AcceptedAt).TotalSeconds > limits.ConnectSeconds) Abort(RefusalReason.ConnectTimeout);
        }
        else if (output.BlockedFor.TotalSeconds > limits.WriteSeconds)
        {
            Abort(RefusalReason.NotReading);
        }
        else if (keepAlive > TimeSpan.Zero && !isWaiting && time.GetElapsedTime(Volatile.Read(ref lastReceived)) > keepAlive * 1.5)
        {
            End(ReasonCode.KeepAliveTimeout, RefusalReason.KeepAlive);
        }
    }

    /// <summary>Ends the connection when its login has been withdrawn.</summary>
    public void EndIfRevoked()
    {
        if (account is { StillStands: false }) End(ReasonCode.NotAuthorized, RefusalReason.Revoked);
    }

    /// <summary>Reads no more, and says goodbye when everything that was taken is acknowledged.</summary>
    public void Stop()
    {
        isStopping = true;
        input.CancelPendingRead();
        if (!IsLoggedIn) End(ReasonCode.ServerShuttingDown, reason: null);
    }

    /// <summary>Ends the connection with a reason, which a client of MQTT 5 is told.</summary>
    /// <param name="reason">Under which name it is counted, or null.</param>
    public void End(ReasonCode code, string? reason)
    {
        lock (output.Gate)
        {
            if (isOver) return;
            isOver = true;
            if (output.IsFree && isGreeted && version == ProtocolVersion.V5) WriteDisconnect(code);
            over?.TrySetResult();
        }

        if (reason is not null) door.Refused(address.Address, reason);
        input.CancelPendingRead();
    }

    /// <summary>The journal could not keep what the client sent: without an answer it sends that again.</summary>
    public void EndUnacknowledged() => End(ReasonCode.ImplementationSpecificError, RefusalReason.NotDurable);

    /// <summary>Ends the connection without a word.</summary>
    public void Abort(string? reason)
    {
        End(ReasonCode.UnspecifiedError, reason);
        transport.Abort();
    }

    /// <summary>Writes what could not be written before the client had taken what was sent before.</summary>
    public void WriteOwed()
    {
        lock (output.Gate)
        {
            // Each of them may fill the transport again; what comes after it is owed still.
            if (!isOver && output.IsFree) WritePings();
            if (!isOver && output.IsFree) WriteAcknowledgements();
            if (!isOver && output.IsFree) WriteMessages();
        }
    }

    /// <summary>Everything that goes with the connection. The session may stay.</summary>
    private void Close()
    {
        lock (output.Gate)
        {
            isOver = true;
            over?.TrySetResult();
        }

        if (account is not null)
        {
            door.Courier.Drop(CommandedDevices, this);
            door.Sessions.Leave(this);
        }

        var isStuck = output.BlockedFor > TimeSpan.Zero;
        output.Complete();
        input.Complete();
        if (isStuck) transport.Abort();
    }

    /// <summary>Completes when the connection is ended.</summary>
    private Task WhenOverAsync()
    {
        lock (output.Gate)
        {
            if (isOver) return Task.CompletedTask;
            over ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return over.Task;
        }
    }

    private void WriteDisconnect(ReasonCode code)
    {
        var packet = output.GetSpan(FixedHeader.MaxLength);
        if (!DisconnectWriter.TryWrite(new DisconnectPacket { ReasonCode = code }, version, packet, out var written)) return;
        output.Advance(written);
        output.Flush();
    }
}
