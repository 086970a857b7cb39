namespace SmartCityIoT.Ingestion.Decode;

/// <summary>One consumer's memories of all devices. Used by that consumer's thread alone.</summary>
internal sealed class DeviceMemories
{
    private readonly Dictionary<ulong, DeviceMemory> memories = [];
    private readonly List<DeviceMemory> changed = [];

    /// <summary>Takes over a saved state.</summary>
    public void Load(ulong device, ReadOnlySpan<byte> state) => memories[device] = DeviceMemory.Load(device, state);

    /// <summary>The memory of a device, or null for one that has sent nothing yet.</summary>
    public DeviceMemory? Find(ulong device) => memories.GetValueOrDefault(device);

    /// <summary>The memory of a device that is about to change.</summary>
    public DeviceMemory Of(ulong device)
    {
        var memory = Find(device);
        if (memory is null)
        {
            memory = new DeviceMemory(device);
            memories.Add(device, memory);
        }

        Change(memory);
        return memory;
    }

    /// <summary>Notes that a memory is about to change.</summary>
    public void Change(DeviceMemory memory)
    {
        if (memory.IsChanged) return;
        memory.IsChanged = true;
        changed.Add(memory);
    }

    /// <summary>Adds the states that changed since the last call, as they are now, ready to be saved with the cursor.</summary>
    public void TakeChanged(DeviceStates states)
    {
        var needed = 0;
        foreach (var memory in changed) needed += memory.StateLength;
        states.Reserve(needed);
        foreach (var memory in changed) states.Add(memory);
        changed.Clear();
    }
}
