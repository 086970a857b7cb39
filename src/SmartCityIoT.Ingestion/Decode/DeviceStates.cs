using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>
/// Device states on their way into a commit, copied at the position that the commit stands for while the consumer goes on. The memory is
/// kept from one commit to the next, so that a steady stream allocates nothing.
/// </summary>
internal sealed class DeviceStates
{
    private const int InitialBytes = 64 * 1024;

    private readonly List<DeviceState> states = [];
    private byte[] bytes = new byte[InitialBytes];
    private int length;

    /// <summary>In the order in which they were added: of two states of one device the later one counts.</summary>
    public IReadOnlyList<DeviceState> All => states;

    /// <summary>Makes room for states of so many bytes together, so that a district's worth of them is one array.</summary>
    public void Reserve(int needed)
    {
        if (bytes.Length - length >= needed) return;

        // The states so far keep the array that they are in.
        bytes = new byte[Math.Max(bytes.Length * 2, needed)];
        length = 0;
    }

    public void Add(DeviceMemory memory)
    {
        var needed = memory.StateLength;
        Reserve(needed);
        memory.Write(bytes.AsSpan(length, needed));
        states.Add(new DeviceState(memory.Device, bytes.AsMemory(length, needed)));
        length += needed;
    }

    public void Clear()
    {
        states.Clear();
        length = 0;
    }
}
