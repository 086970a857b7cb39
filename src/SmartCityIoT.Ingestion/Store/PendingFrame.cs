using System.Runtime.InteropServices;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>One frame on its way into the store, and what is counted of it when the store has it.</summary>
/// <param name="Tally">Counts of its device.</param>
/// <param name="Position">In the journal, from which its bytes can be read again.</param>
/// <param name="IsDuplicate">A redelivery: counted, and nothing of it goes to the store.</param>
/// <param name="IsQos0">It came without a promise.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PendingFrame(
    DeviceTally Tally, long ReceivedAt, long Position, ushort Sequence, byte Boot, bool IsDuplicate, bool IsQos0)
{
    public ulong Device => Tally.Device;
}
