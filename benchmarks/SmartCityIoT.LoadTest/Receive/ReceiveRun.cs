namespace SmartCityIoT.LoadTest.Receive;

/// <summary>What one run of a contender came to.</summary>
/// <param name="AllocatedBytes">Of the whole process, so of both ends, for each message.</param>
/// <param name="Processor">Processor time for each message.</param>
internal sealed record ReceiveRun(string Contender, double MessagesPerSecond, double AllocatedBytes, ProcessorTimes Processor);
