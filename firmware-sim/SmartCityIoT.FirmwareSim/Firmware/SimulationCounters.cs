namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>What a simulation is doing.</summary>
/// <param name="Devices">Devices in the simulation.</param>
/// <param name="Connected">Devices whose connection the platform has accepted.</param>
/// <param name="Frames">Frames that devices have made.</param>
/// <param name="Sent">Frames put on the wire, repetitions included.</param>
/// <param name="Acknowledged">Frames that the platform has acknowledged.</param>
/// <param name="Waiting">Frames stored on devices, on the wire or not.</param>
/// <param name="Dropped">Frames that were lost because a device's flash was full.</param>
/// <param name="ConnectFailures">Attempts to connect that failed.</param>
/// <param name="Faults">Faults that were planned so far.</param>
public sealed record SimulationStatus(
    int Devices, int Connected, long Frames, long Sent, long Acknowledged, long Waiting, long Dropped, long ConnectFailures, long Faults);

/// <summary>Counters that all devices of a simulation share. Safe for several threads.</summary>
internal sealed class SimulationCounters
{
    private int connected;
    private long frames;
    private long sent;
    private long acknowledged;
    private long dropped;
    private long connectFailures;
    private long faults;
    private int refused;

    public void Stored(int droppedForIt)
    {
        Interlocked.Increment(ref frames);
        if (droppedForIt > 0) Interlocked.Add(ref dropped, droppedForIt);
    }

    public void Sent() => Interlocked.Increment(ref sent);

    public void Acknowledged() => Interlocked.Increment(ref acknowledged);

    public void Connected() => Interlocked.Increment(ref connected);

    public void Disconnected() => Interlocked.Decrement(ref connected);

    public void ConnectFailed() => Interlocked.Increment(ref connectFailures);

    /// <summary>A platform that refuses one device may refuse all: the first is worth a warning.</summary>
    public bool IsFirstRefusal() => Interlocked.Exchange(ref refused, 1) == 0;

    public void Planned(int count) => Interlocked.Add(ref faults, count);

    public SimulationStatus Read(int devices)
    {
        // What leaves the stores is read first: the balance may lag, and never goes below zero.
        var (gone, lost) = (Interlocked.Read(ref acknowledged), Interlocked.Read(ref dropped));
        var made = Interlocked.Read(ref frames);
        return new SimulationStatus(
            devices, Volatile.Read(ref connected), made, Interlocked.Read(ref sent), gone, made - gone - lost, lost,
            Interlocked.Read(ref connectFailures), Interlocked.Read(ref faults));
    }
}
