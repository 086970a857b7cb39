using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>One consumer's memories of all devices. Used by that consumer's thread alone.</summary>
internal sealed class DeviceMemories
{
    private readonly Dictionary<ulong, DeviceMemory> memories = [];
    private readonly List<DeviceMemory> changed = [];

    /// <summary>Takes over a saved state.</summary>
    public void Load(ulong device, ReadOnlySpan<byte> state) => memories[device] = DeviceMemory.Load(device, state);

    /// <summary>The memory of a device that is about to change.</summary>
    public DeviceMemory Of(ulong device)
    {
        if (!memories.TryGetValue(device, out var memory))
        {
            memory = new DeviceMemory(device);
            memories.Add(device, memory);
        }

        if (!memory.IsChanged)
        {
            memory.IsChanged = true;
            changed.Add(memory);
        }

        return memory;
    }

    /// <summary>States that changed since the last call, ready to be saved with the cursor.</summary>
    public IReadOnlyList<DeviceState> TakeChanged()
    {
        if (changed.Count == 0) return [];
        var states = new List<DeviceState>(changed.Count);
        foreach (var memory in changed) states.Add(new DeviceState(memory.Device, memory.Save()));
        changed.Clear();
        return states;
    }
}
