using CsCheck;
using SmartCityIoT.LoadTest.Accounting;

namespace SmartCityIoT.LoadTest.Tests.Accounting;

public class AcknowledgementLedgerTests
{
    [Fact]
    public void Identifiers_are_never_zero_and_go_round()
    {
        Assert.Equal(1, AcknowledgementLedger.IdentifierOf(0));
        Assert.Equal(65_535, AcknowledgementLedger.IdentifierOf(65_534));
        Assert.Equal(1, AcknowledgementLedger.IdentifierOf(65_535));
    }

    [Fact]
    public void Acknowledgements_in_turn_are_counted_over_many_rounds_of_the_identifiers()
    {
        var ledger = new AcknowledgementLedger();
        for (long n = 0; n < 200_000; n++)
        {
            if (n % 1000 == 0) ledger.AboutToSend(1000);
            Assert.Equal(Acknowledgement.InOrder, ledger.Take(AcknowledgementLedger.IdentifierOf(n)));
        }

        Assert.Equal((200_000, 200_000, 0), (ledger.Sent, ledger.Acknowledged, ledger.Outstanding));
    }

    [Fact]
    public void One_out_of_turn_is_told_and_not_counted()
    {
        var ledger = new AcknowledgementLedger();
        ledger.AboutToSend(3);
        Assert.Equal(Acknowledgement.OutOfOrder, ledger.Take(2));
        Assert.Equal(0, ledger.Acknowledged);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(65_535)]
    public void One_of_nothing_outstanding_is_told(int identifier)
    {
        var ledger = new AcknowledgementLedger();
        ledger.AboutToSend(3);
        ledger.Take(1);
        Assert.Equal(Acknowledgement.NotOutstanding, ledger.Take((ushort)identifier));
        Assert.Equal(1, ledger.Acknowledged);
    }

    [Fact]
    public void More_than_there_are_identifiers_is_refused()
    {
        var ledger = new AcknowledgementLedger();
        ledger.AboutToSend(65_535);
        Assert.Throws<InvalidOperationException>(() => ledger.AboutToSend(1));
    }

    [Fact]
    public void A_verdict_is_that_of_a_list_of_what_is_outstanding() =>
        Gen.Select(Gen.Int[0, 70_000], Gen.Int[1, 65_535], Gen.Int[0, 65_535]).Sample((done, outstanding, identifier) =>
        {
            var ledger = new AcknowledgementLedger();
            for (var n = 0; n < done; n++)
            {
                ledger.AboutToSend(1);
                ledger.Take(AcknowledgementLedger.IdentifierOf(n));
            }

            ledger.AboutToSend(outstanding);
            var open = Enumerable.Range(0, outstanding).Select(i => (int)AcknowledgementLedger.IdentifierOf(done + i)).ToList();
            var at = open.IndexOf(identifier);
            var expected = at == 0 ? Acknowledgement.InOrder : at > 0 ? Acknowledgement.OutOfOrder : Acknowledgement.NotOutstanding;
            Assert.Equal(expected, ledger.Take((ushort)identifier));
        }, iter: 100);
}
