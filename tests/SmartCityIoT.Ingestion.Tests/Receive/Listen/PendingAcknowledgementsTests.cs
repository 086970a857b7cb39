using CsCheck;
using SmartCityIoT.Ingestion.Receive.Listen;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>Messages that wait for their answer, against a queue.</summary>
public sealed class PendingAcknowledgementsTests
{
    private static readonly Gen<(bool IsAdd, int Number, int Ahead)[]> Operations = Gen.Select(Gen.Bool, Gen.Int[0, 150], Gen.Int[-3, 200]).Array[0, 60];

    [Fact]
    public void It_does_what_a_queue_does() => Operations.Sample(operations =>
    {
        var real = new PendingAcknowledgements();
        var model = new Queue<PendingAcknowledgement>();
        var position = 0L;
        foreach (var (isAdd, number, ahead) in operations)
        {
            if (isAdd)
            {
                // Every third is a refusal, which has the position of the one before.
                var added = Enumerable.Range(0, number)
                    .Select(i => new PendingAcknowledgement(i % 3 == 2 ? position : ++position, (ushort)(i + 1), PacketType.PubAck, ReasonCode.Success)).ToArray();
                real.Add(added);
                foreach (var one in added) model.Enqueue(one);
            }
            else
            {
                var through = (model.TryPeek(out var oldest) ? oldest.Position : position) + ahead;
                List<PendingAcknowledgement> expected = [];
                while (expected.Count < number && model.TryPeek(out var next) && next.Position <= through) expected.Add(model.Dequeue());
                var taken = new PendingAcknowledgement[number];
                Assert.Equal(expected.Count, real.TakeUpTo(through, taken));
                Assert.Equal(expected, taken[..expected.Count]);
            }

            if (number % 5 == 0) real.Trim();
            Assert.Equal(model.Count, real.Count);
        }
    });
}
