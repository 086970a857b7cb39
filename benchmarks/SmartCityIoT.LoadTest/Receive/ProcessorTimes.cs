namespace SmartCityIoT.LoadTest.Receive;

/// <summary>Processor time that the threads of either end have taken, in microseconds. Only the platform's subscriber has the first two.</summary>
/// <param name="Receive">Its thread that reads, decrypts, and runs the handler.</param>
/// <param name="Acknowledge">Its thread that writes.</param>
/// <param name="Peer">The threads that feed it.</param>
internal sealed record ProcessorTimes(double Receive, double Acknowledge, double Peer)
{
    /// <summary>What was taken since, for each of some messages.</summary>
    public ProcessorTimes Since(ProcessorTimes before, long messages)
    {
        double each = Math.Max(1, messages);
        return new ProcessorTimes((Receive - before.Receive) / each, (Acknowledge - before.Acknowledge) / each, (Peer - before.Peer) / each);
    }
}
