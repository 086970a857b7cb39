namespace SmartCityIoT.Journal;

/// <summary>Records that could not be read back.</summary>
/// <param name="Last">Below <paramref name="First"/> where only bytes beyond the last record are damaged.</param>
/// <param name="At">Unix ms at which it was found.</param>
internal sealed record QuarantinedRange(long First, long Last, string Reason, long At, byte[] Bytes)
{
    public long Records => Math.Max(0, Last - First + 1);
}
