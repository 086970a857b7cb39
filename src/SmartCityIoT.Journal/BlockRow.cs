namespace SmartCityIoT.Journal;

/// <summary>A block as a reader gets it: position of its first record, records that it claims, bytes.</summary>
internal readonly record struct BlockRow(long First, int Count, int Length)
{
    public long Last => First + Count - 1;
}
